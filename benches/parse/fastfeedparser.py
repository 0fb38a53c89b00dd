"""Measures fastfeedparser: fastfeedparser.py FOLDER ROUNDS

FOLDER has a folder for each class of documents. Prints a line for each: its name, a tab, and the least time on
processors, in seconds, in which all its documents were read once.
"""

import pathlib
import sys
import time

# The folder of this script, which would hide the package of the same name.
sys.path.pop(0)
try:
    import fastfeedparser
except ImportError:
    sys.exit("it is not installed: python3 -m pip install fastfeedparser")


def main(folder, rounds):
    for group in sorted(it for it in pathlib.Path(folder).iterdir() if it.is_dir()):
        documents = [it.read_bytes() for it in sorted(group.iterdir())]
        least = min(read_all(documents) for _ in range(rounds))
        print(f"{group.name}\t{least}")


def read_all(documents):
    began = time.process_time()
    for document in documents:
        try:
            fastfeedparser.parse(document)
        except Exception:  # A document that it cannot read costs what it costs.
            pass
    return time.process_time() - began


main(sys.argv[1], int(sys.argv[2]))
