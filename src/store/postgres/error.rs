//! What a server's errors mean.

use tokio_postgres::error::{DbError, SqlState};

use crate::store::{StoreError, error::in_full};

/// What names the tables of the server itself: two nodes that make the same table at once meet there.
const CATALOGUE: &str = "pg_";

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(said) => of_the_server(said).unwrap_or_else(|| Self::Engine(Box::new(error))),
            // Without an answer of the server it is the connection that failed.
            None => Self::Away { reason: in_full(&error) },
        }
    }
}

fn of_the_server(said: &DbError) -> Option<StoreError> {
    let code = said.code();
    let is_of_the_catalogue = || said.constraint().is_some_and(|it| it.starts_with(CATALOGUE));
    Some(match *code {
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => StoreError::Contended,
        SqlState::UNIQUE_VIOLATION if is_of_the_catalogue() => StoreError::Contended,
        SqlState::DUPLICATE_TABLE | SqlState::DUPLICATE_OBJECT => StoreError::Contended,
        SqlState::UNIQUE_VIOLATION => StoreError::Duplicate,
        SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN => {
            StoreError::Unanswered { reason: said.message().to_owned() }
        }
        SqlState::DISK_FULL => StoreError::Full,
        SqlState::ADMIN_SHUTDOWN
        | SqlState::CRASH_SHUTDOWN
        | SqlState::CANNOT_CONNECT_NOW
        | SqlState::TOO_MANY_CONNECTIONS
        | SqlState::QUERY_CANCELED
        | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => {
            StoreError::Away { reason: said.message().to_owned() }
        }
        SqlState::INVALID_PASSWORD
        | SqlState::INVALID_AUTHORIZATION_SPECIFICATION
        | SqlState::INVALID_CATALOG_NAME
        | SqlState::INSUFFICIENT_PRIVILEGE => {
            let advice = "check the user, password and database in store.url, and what the user may do there";
            StoreError::Refused { reason: format!("{}; {advice}", said.message()) }
        }
        _ => return None,
    })
}
