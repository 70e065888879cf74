//! `hark mail explain`: what Hark makes of one mail, as JSON. Touches no data and answers for any bytes. `hark mail take`
//! brings one mail to the program that owns the data, as a mail server's pipe does (postfix: `pipe(8)`).

use channels::email::judging::{Dns, Resolving, judge};
use kernel::{Error, INVALID};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Bytes of a file that are read; a mail above the bound of reading is refused all the same.
const BYTES_MAX: u64 = ::mail::limits::RAW_BYTES_MAX as u64 + 1;
/// About mails.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum MailVerb {
    /// Print as JSON what Hark makes of a mail: people, texts, attachments, kind, bounce, authentication, threading.
    Explain {
        /// The mail as a file (`.eml`); `-` reads it from standard input.
        file: PathBuf,
        /// The id under which your own server writes `Authentication-Results`; without it none is believed.
        #[arg(long)]
        authserv_id: Option<String>,
        /// Check the sender too (DKIM, ARC, DMARC): asks name servers, and adds `judgement` to what is printed.
        #[arg(long)]
        verify: bool,
        /// Where names are looked up for that: `system`, or a name server's address.
        #[arg(long, default_value = "system", requires = "verify")]
        resolver: Resolving,
    },
    /// Bring one mail to the mailbox of an address, as a mail server's pipe does. Ends with 0 once it is kept, with 67 where no
    /// mailbox has the address, and with 75 where it is worth another try.
    Take {
        /// The address it was sent to; a token after a plus is no part of it.
        #[arg(long)]
        to: String,
        /// Who sends it, as the envelope says.
        #[arg(long)]
        from: Option<String>,
        /// The mail as a file; `-` reads it from standard input.
        file: PathBuf,
    },
}

/// The bytes of a mail, cut above the bound.
pub(crate) fn bytes(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut out = vec![];
    if file == Path::new("-") {
        std::io::stdin().lock().take(BYTES_MAX).read_to_end(&mut out)?;
    } else {
        std::fs::File::open(file)?.take(BYTES_MAX).read_to_end(&mut out)?;
    }
    Ok(out)
}

/// What is found out about the sender of a mail that lies here: where it came from is not known, so SPF is not asked.
fn judgement(raw: Vec<u8>, resolver: Resolving, domain: &str) -> Result<serde_json::Value, Error> {
    let failed = |e: std::io::Error| Error::internal("the runtime").cause(e);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let found = runtime.map_err(failed)?.block_on(async {
        match Dns::open(resolver)? {
            Some(dns) => Ok(Some(judge(&dns, &[], raw.into(), None, domain).await)),
            None => Ok::<_, Error>(None),
        }
    })?;
    serde_json::to_value(found).map_err(|e| Error::internal("a judgement").cause(e))
}

/// Carries out the verb and returns what to print. Errors: the file cannot be read. What is in it is never an error.
pub fn mail(verb: &MailVerb) -> Result<String, Error> {
    let MailVerb::Explain { file, authserv_id, verify, resolver } = verb else { return Ok(String::new()) };
    let raw = bytes(file).map_err(|e| Error::new(&INVALID).detail(format!("{}: {e}", file.display())))?;
    let mut told = match authserv_id {
        None => ::mail::explain(&raw),
        Some(id) => ::mail::explain_for(&raw, ::mail::Options { authserv_id: Some(id) }),
    };
    if *verify {
        let domain = told["authentication"]["from_domain"].as_str().unwrap_or_default().to_owned();
        told["judgement"] = judgement(raw, *resolver, &domain)?;
    }
    Ok(format!("{told:#}\n"))
}
