/* Faults of a disk, for the files below one folder, in a process that loads this library by LD_PRELOAD.
 *
 *   PRESSROLL_SHIM_FOLDER   the folder, absolute and without links in it
 *   PRESSROLL_SHIM_CONTROL  a file outside of it that says what to do, looked at before each call; it may change at
 *                           any time:
 *     none      everything works
 *     cut N     the N-th call that writes ends the process: of a write, half is done before
 *     eio       fsync and fdatasync fail with EIO
 *     enospc    a file that would grow fails with ENOSPC; what it holds may be written over, as on a full disk
 *     erofs     writing fails with EROFS, and so does opening for writing
 *
 * Calls that write are write, pwrite, ftruncate, fsync, fdatasync, unlink and rename, each also under the name that it
 * has for large files. Everything else is left alone, and so is what is written through a mapping. The kernel is called
 * directly, so that this library's own reading does not come past itself. */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { EXIT_CUT = 86 };

/* What a call is about to do. */
enum act { WRITES, GROWS, SYNCS, OPENS_TO_WRITE };

static atomic_long calls;

static int is_below(const char *path) {
    const char *folder = getenv("PRESSROLL_SHIM_FOLDER");
    size_t length = folder ? strlen(folder) : 0;
    return length && strncmp(path, folder, length) == 0 && path[length] == '/';
}

/* Whether a descriptor's file lies below the folder. */
static int is_ours(int fd) {
    char link[32], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = '\0';
    return is_below(path);
}

/* The same of a path, which may be relative to where the process works. */
static int is_our_path(const char *path) {
    char whole[2 * PATH_MAX];
    if (path[0] == '/') return is_below(path);
    if (syscall(SYS_getcwd, whole, PATH_MAX) < 0) return 0;
    size_t length = strlen(whole);
    snprintf(whole + length, sizeof whole - length, "/%s", strncmp(path, "./", 2) ? path : path + 2);
    return is_below(whole);
}

static void order(char *text, size_t size) {
    const char *control = getenv("PRESSROLL_SHIM_CONTROL");
    long fd = control ? syscall(SYS_openat, AT_FDCWD, control, O_RDONLY | O_CLOEXEC) : -1;
    long length = fd < 0 ? 0 : syscall(SYS_read, fd, text, size - 1);
    if (fd >= 0) syscall(SYS_close, fd);
    text[length < 0 ? 0 : length] = '\0';
}

/* The error to fail with, 0 to go on, or -1 if the process ends with this call. */
static int fault(enum act act) {
    char text[64];
    long last;
    order(text, sizeof text);
    if (sscanf(text, "cut %ld", &last) == 1)
        return act != OPENS_TO_WRITE && atomic_fetch_add(&calls, 1) + 1 >= last ? -1 : 0;
    if (strncmp(text, "eio", 3) == 0) return act == SYNCS ? EIO : 0;
    if (strncmp(text, "enospc", 6) == 0) return act == GROWS ? ENOSPC : 0;
    if (strncmp(text, "erofs", 5) == 0) return act == SYNCS ? 0 : EROFS;
    return 0;
}

/* Whether the call goes on: sets errno if not. */
static int passes(enum act act) {
    int error = fault(act);
    if (error < 0) _exit(EXIT_CUT);
    if (error > 0) errno = error;
    return error == 0;
}

/* At which place of its file a write ends decides whether the file grows. */
static enum act writing(int fd, off_t end) {
    struct stat now;
    return fstat(fd, &now) == 0 && end > now.st_size ? GROWS : WRITES;
}

ssize_t write(int fd, const void *bytes, size_t count) {
    if (is_ours(fd)) {
        int error = fault(writing(fd, lseek(fd, 0, SEEK_CUR) + (off_t)count));
        if (error < 0) syscall(SYS_write, fd, bytes, count / 2), _exit(EXIT_CUT);
        if (error > 0) return errno = error, -1;
    }
    return syscall(SYS_write, fd, bytes, count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    if (is_ours(fd)) {
        int error = fault(writing(fd, at + (off_t)count));
        if (error < 0) syscall(SYS_pwrite64, fd, bytes, count / 2, at), _exit(EXIT_CUT);
        if (error > 0) return errno = error, -1;
    }
    return syscall(SYS_pwrite64, fd, bytes, count, at);
}
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) { return pwrite(fd, bytes, count, at); }

/* A hole takes no space: only a file system that may not be written refuses to make a file longer. */
int ftruncate(int fd, off_t size) {
    return is_ours(fd) && !passes(WRITES) ? -1 : (int)syscall(SYS_ftruncate, fd, size);
}
int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }

int fsync(int fd) { return is_ours(fd) && !passes(SYNCS) ? -1 : (int)syscall(SYS_fsync, fd); }
int fdatasync(int fd) { return is_ours(fd) && !passes(SYNCS) ? -1 : (int)syscall(SYS_fdatasync, fd); }

int unlink(const char *path) {
    return is_our_path(path) && !passes(WRITES) ? -1 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int rename(const char *from, const char *to) {
    int ours = is_our_path(from) || is_our_path(to);
    return ours && !passes(WRITES) ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

static int opened(int folder, const char *path, int flags, mode_t mode) {
    int writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC));
    if (writes && is_our_path(path) && !passes(OPENS_TO_WRITE)) return -1;
    return (int)syscall(SYS_openat, folder, path, flags, mode);
}

/* The mode is there only for a file that may be made. */
#define MODE(flags, mode)                                                                          \
    mode_t mode = 0;                                                                               \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                                                         \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        mode = va_arg(more, mode_t);                                                               \
        va_end(more);                                                                              \
    }

int open(const char *path, int flags, ...) {
    MODE(flags, mode)
    return opened(AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    MODE(flags, mode)
    return opened(AT_FDCWD, path, flags | O_LARGEFILE, mode);
}
int openat(int folder, const char *path, int flags, ...) {
    MODE(flags, mode)
    return opened(folder, path, flags, mode);
}
int openat64(int folder, const char *path, int flags, ...) {
    MODE(flags, mode)
    return opened(folder, path, flags | O_LARGEFILE, mode);
}
