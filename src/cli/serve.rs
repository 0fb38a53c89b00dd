//! `pressroll serve`: polls and serves until it is told to stop, by the configuration as it is at the time.

use std::{net::SocketAddr, process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context as _;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{
    arguments::General,
    outcome::{Failure, Outcome},
    output,
    reload::{self, Bound, Reload, Works},
    wiring::{self, House, Purpose},
};
use crate::{
    ingest::{Ingest, Keep, Subscriber, WebSubLimits},
    web::{self, App},
};

/// The longest a stop may take, milliseconds.
const STOP_MS_MAX: u64 = 10_000;
/// The longest that closing the store may take after that, milliseconds.
const CLOSE_MS_MAX: u64 = 5_000;

/// Reads the configuration, opens the store, binds the port, then says where it listens and runs.
pub async fn run(general: &General) -> Outcome {
    let hangups = reload::hangups()?;
    let (loaded, content) = wiring::look(general)?;
    let mut config = loaded.config;
    let bound = Bound::of(&config);
    let (listener, address) = bind(config.server.listen).await?;
    config.listens_at(address);
    let house = House::open(config, Purpose::Poll, general.schema()).await?;
    output::tell(&format!("listening on http://{address}"));
    if !loaded.warnings.is_empty() {
        output::tell(&loaded.warnings.render(output::colours()));
    }
    log();
    let shutdown = CancellationToken::new();
    let works = Works::new(&house)?;
    let mut running = start(&house, &works, listener, &shutdown);
    let same_house = house.under(house.config.clone());
    let watching = Reload::new(general, (content, bound), same_house, works).run(hangups, shutdown.clone());
    running.spawn(async move {
        watching.await;
        "watching feeds.toml"
    });
    let ended = until_stopped(&mut running).await;
    info!("stopping");
    stop(running, &shutdown, &house).await;
    ended.map(|()| ExitCode::SUCCESS)
}

/// What runs until the process stops; each part tells its name when it ends.
pub type Running = JoinSet<&'static str>;

/// Starts everything that runs until `shutdown`.
pub fn start(house: &House, works: &Works, listener: TcpListener, shutdown: &CancellationToken) -> Running {
    let (ingest, publish) = (Arc::clone(&works.ingest), Arc::clone(&works.publish));
    let subscriber = Arc::new(Subscriber::new(Arc::clone(&ingest), WebSubLimits::default()));
    let app = App::new(publish.stand(), house.store.clone(), works.life.clone(), Arc::clone(&house.clock))
        .pinging(Arc::clone(&ingest))
        .with_subscriber(Arc::clone(&subscriber))
        .with_pictures(Arc::clone(&works.pictures));
    let subscribing = subscriber.run(shutdown.clone());
    let serving = web::serve(listener, app, shutdown.clone());
    let picturing = Arc::clone(&works.pictures).run(shutdown.clone());
    let pruning = prune(Arc::clone(&ingest), works.keep.subscribe(), shutdown.clone());
    let (polling, printing) = (ingest.run(shutdown.clone()), publish.run(shutdown.clone()));
    let listening = listen(house, shutdown.clone());
    let mut running = Running::new();
    running.spawn(async move {
        listening.await;
        "listening"
    });
    running.spawn(async move {
        polling.await;
        "polling"
    });
    running.spawn(async move {
        subscribing.await;
        "subscribing"
    });
    running.spawn(async move {
        picturing.await;
        "picturing"
    });
    running.spawn(async move {
        pruning.await;
        "pruning"
    });
    running.spawn(async move {
        printing.await;
        "printing"
    });
    running.spawn(async move {
        if let Err(error) = serving.await {
            warn!(%error, "serving ended: {error}");
        }
        "serving"
    });
    running
}

/// Lets go what is not to be kept, whatever that is at the time.
async fn prune(ingest: Arc<Ingest>, mut keep: watch::Receiver<Keep>, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        let wanted = *keep.borrow_and_update();
        let until = shutdown.child_token();
        let pruning = Arc::clone(&ingest).retain(wanted, until.clone());
        let another = async {
            tokio::select! {
                // Where nobody is left who could say another, the shutdown is waited for.
                Ok(_) = keep.wait_for(|it| *it != wanted) => {}
                () = shutdown.cancelled() => {}
            }
            until.cancel();
        };
        tokio::join!(pruning, another);
    }
}

/// Rings when another node has changed the store, where the engine tells; looking at it now and then finds the same.
fn listen(house: &House, shutdown: CancellationToken) -> impl Future<Output = ()> + Send + 'static {
    let (store, bell) = (house.store.clone(), Arc::clone(&house.kept));
    async move {
        tokio::select! {
            () = store.listen(&bell) => {}
            () = shutdown.cancelled() => {}
        }
    }
}

/// Waits for SIGTERM or SIGINT. A part that ends before is a fault: better a process that ends and is started again
/// than one that serves old news.
pub async fn until_stopped(running: &mut Running) -> Result<(), Failure> {
    tokio::select! {
        signal = stopped() => signal,
        ended = running.join_next() => {
            let part = ended.and_then(Result::ok).unwrap_or("a part that failed");
            Err(Failure::network(anyhow::anyhow!("{part} ended by itself, so pressroll stops; what it said stands above")))
        }
    }
}

/// Stops everything within a bounded time and closes the store.
pub async fn stop(mut running: Running, shutdown: &CancellationToken, house: &House) {
    shutdown.cancel();
    let ended = async { while running.join_next().await.is_some() {} };
    if tokio::time::timeout(Duration::from_millis(STOP_MS_MAX), ended).await.is_err() {
        warn!("some readers or publishers did not let go in time");
    }
    // A disk that hangs must not keep the process.
    match tokio::time::timeout(Duration::from_millis(CLOSE_MS_MAX), house.store.close()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => warn!(%error, "the store did not close well: {error}"),
        Err(_) => warn!("the store did not close in time; nothing that was kept is lost"),
    }
}

/// Binds the port; a port in use is told as such.
pub async fn bind(listen: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        let advice = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                "another program has it: stop that one, or choose another with --listen"
            }
            std::io::ErrorKind::PermissionDenied => {
                "ports below 1024 are reserved: choose another with --listen"
            }
            _ => "choose another with --listen",
        };
        Failure::network(anyhow::anyhow!("cannot listen on {listen}: {error}; {advice}"))
    })?;
    let address = listener.local_addr().context("the listener has no address").map_err(Failure::network)?;
    Ok((listener, address))
}

/// Logs to standard error: sentences with fields, from `PRESSROLL_LOG` or at level info.
pub fn log() {
    let wanted = std::env::var("PRESSROLL_LOG").unwrap_or_else(|_| "pressroll=info".to_owned());
    let filter = tracing_subscriber::EnvFilter::try_new(wanted).unwrap_or_default();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(output::colours())
        .with_target(false);
    // A second subscriber in one process (tests) is refused, which is as well.
    let _already_set = subscriber.try_init();
}

/// Waits for SIGTERM or SIGINT.
async fn stopped() -> Result<(), Failure> {
    let listen = |kind| signal(kind).context("signals cannot be received").map_err(Failure::usage);
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
