//! The tools of these tests do what they say: a server that goes with its process, a line that is cut where it should.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
    process::{Command, Stdio},
    time::Duration,
};

use tokio_postgres::NoTls;

use crate::support::{
    cutter::{Cutter, Line},
    eventually,
    postgres::{Server, Stop, database},
};

/// Set for the process that the test starts to kill it.
const KILLED: &str = "PRESSROLL_TEST_KILLED_SERVER";

#[tokio::test]
async fn a_killed_process_takes_its_server_and_the_folder_with_it() {
    if std::env::var(KILLED).is_ok() {
        let server = Server::start();
        writeln!(std::io::stderr(), "started {} {}", server.address(), server.folder().display()).unwrap();
        return std::future::pending().await;
    }
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "anomaly::kit::a_killed_process_takes_its_server_and_the_folder_with_it"])
        .env(KILLED, "yes")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let started = lines.find_map(|it| it.strip_prefix("started ").map(str::to_owned)).unwrap();
    let (address, folder) = started.split_once(' ').unwrap();
    TcpStream::connect(address).expect("the server listens");
    child.kill().unwrap();
    child.wait().unwrap();
    eventually("the server to go", || async {
        let is_gone = TcpStream::connect(address).is_err() && !std::path::Path::new(folder).exists();
        is_gone.then_some(())
    })
    .await;
}

#[test]
fn a_server_keeps_what_it_had_through_a_crash_and_each_database_is_empty() {
    let server = Server::start();
    let database = server.database();
    database.sql("CREATE TABLE kept (n BIGINT); INSERT INTO kept VALUES (7)");
    for stop in [Stop::Immediate, Stop::Fast] {
        server.stop(stop);
        server.start_again();
        assert_eq!(database.sql("SELECT n, NULL FROM kept"), [["7", ""]]);
    }
    let tables = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'public'";
    assert_eq!(server.database().sql(tables), [["0"]]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_is_cut_after_a_message_is_silent_and_opens_again() {
    let database = database();
    database.sql("CREATE TABLE kept (n BIGINT)");
    let cutter = Cutter::start(database.url()).await;
    let insert = "INSERT INTO kept VALUES (1)";
    insert_over(&cutter, insert).await.unwrap();
    assert!(cutter.messages() >= 2, "a start and a question");
    // The start is let through, and nothing after it.
    cutter.set(Line::CutAfter(1));
    insert_over(&cutter, insert).await.unwrap_err();
    insert_over(&cutter, insert).await.unwrap_err();
    assert_eq!(database.sql("SELECT COUNT(*) FROM kept"), [["1"]]);
    cutter.set(Line::Silent);
    let silent = tokio::time::timeout(Duration::from_millis(200), insert_over(&cutter, insert)).await;
    assert!(silent.is_err(), "nothing is answered");
    // Connections are taken in their order: when this one was refused, the silent one can no longer be taken late and
    // use up a message of the next cut.
    cutter.set(Line::Closed);
    insert_over(&cutter, insert).await.unwrap_err();
    // The question goes through, its answer does not.
    cutter.set(Line::CutAfter(2));
    insert_over(&cutter, insert).await.unwrap_err();
    eventually("the question to be carried out", || async {
        (database.sql("SELECT COUNT(*) FROM kept") == [["2"]]).then_some(())
    })
    .await;
    cutter.set(Line::Open);
    insert_over(&cutter, insert).await.unwrap();
}

async fn insert_over(cutter: &Cutter, sql: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(cutter.url(), NoTls).await?;
    tokio::select! {
        ended = connection => ended,
        done = client.batch_execute(sql) => done,
    }
}
