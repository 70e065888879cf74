//! Databases on a PostgreSQL server: a fresh one for each run, and kept ones that runs are copied from.

use crate::fault::{Fault, Outcome, While};
use tokio_postgres::{Client, NoTls};

/// A server on which databases may be made.
#[derive(Debug)]
pub struct Cluster {
    url: String,
    fresh: Option<String>,
}

/// Connects and keeps the connection going in the background.
pub async fn connect(url: &str) -> Outcome<Client> {
    let (client, connection) =
        tokio_postgres::connect(url, NoTls).await.while_("connecting to PostgreSQL")?;
    tokio::spawn(async move {
        // A connection that fails shows in the next statement.
        let _ = connection.await;
    });
    Ok(client)
}

/// The same address with another database.
fn with_database(url: &str, name: &str) -> Outcome<String> {
    let bad = || Fault::new("--database-url has the form postgres://USER@HOST/DATABASE");
    let (scheme, rest) = url.split_once("://").ok_or_else(bad)?;
    let (address, parameters) = rest.split_once('?').map_or((rest, None), |(a, p)| (a, Some(p)));
    let host = address.split('/').next().ok_or_else(bad)?;
    let parameters = parameters.map(|p| format!("?{p}")).unwrap_or_default();
    Ok(format!("{scheme}://{host}/{name}{parameters}"))
}

/// A name fit for a database.
fn plain(name: &str) -> String {
    let word = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    format!("hark_bench_{}", name.chars().map(word).collect::<String>())
}

impl Cluster {
    /// By the address of any database there.
    pub fn new(url: &str) -> Cluster {
        Cluster { url: url.to_owned(), fresh: None }
    }

    async fn run(&self, statement: &str) -> Outcome<()> {
        Ok(connect(&self.url).await?.batch_execute(statement).await?)
    }

    /// Makes this run's database, empty, and answers its address.
    pub async fn fresh(&mut self) -> Outcome<String> {
        self.make("").await
    }

    /// Makes this run's database as a copy of a kept one.
    pub async fn copy_of(&mut self, kept: &str) -> Outcome<String> {
        self.make(&format!(" TEMPLATE {}", plain(kept))).await
    }

    async fn make(&mut self, from: &str) -> Outcome<String> {
        self.drop_fresh().await?;
        let name = plain(&format!("run_{}", std::process::id()));
        self.run(&format!("CREATE DATABASE {name}{from}")).await?;
        self.fresh = Some(name.clone());
        with_database(&self.url, &name)
    }

    /// Removes this run's database.
    pub async fn drop_fresh(&mut self) -> Outcome<()> {
        match self.fresh.take() {
            Some(name) => self.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await,
            None => Ok(()),
        }
    }

    /// Is there a kept one of this name?
    pub async fn has(&self, kept: &str) -> Outcome<bool> {
        let client = connect(&self.url).await?;
        let found = client.query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&plain(kept)]).await?;
        Ok(found.is_some())
    }

    /// Keeps a copy of this run's database, to which nobody may be connected.
    pub async fn keep(&self, kept: &str) -> Outcome<()> {
        let name = plain(kept);
        let from = self.fresh.as_deref().ok_or_else(|| Fault::new("no database to keep"))?;
        self.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        self.run(&format!("CREATE DATABASE {name} TEMPLATE {from}")).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_of_an_address_changes() {
        let to = |u: &str| with_database(u, "n").expect("an address");
        assert_eq!(to("postgres://u:p@h:5432/d?sslmode=disable"), "postgres://u:p@h:5432/n?sslmode=disable");
        assert_eq!(to("postgres://h"), "postgres://h/n");
        assert_eq!(plain("postgres-1-10-aF"), "hark_bench_postgres_1_10_af");
    }
}
