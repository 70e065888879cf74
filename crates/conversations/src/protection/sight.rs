//! Who sees personal data in full.

use super::store;
use crate::permissions::HELP;
use accounts::{Caller, Directory, Grants};
use customers::permissions::PERSONAL;
use kernel::{ConversationId, LineId, Millis, Result, TenantId, UserId};
use parking_lot::RwLock;
use platform::App;
use platform::store::Tx;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// A reason opens a conversation for so long.
pub const UNMASK_MS: Millis = 10 * 60_000;

/// Which conversations are open to whom, and until when. A port: `app.port::<Arc<Unmasked>>()`.
#[derive(Default)]
pub struct Unmasked {
    open: RwLock<HashMap<(UserId, ConversationId), Millis>>,
}

impl Unmasked {
    /// Reads what is open anew.
    pub async fn refresh(&self, app: &App) -> Result<()> {
        let now = app.now();
        let read = async move |tx: &mut Tx| store::unmasked(tx, now).await;
        let open = app.db().read(&accounts::authorize::reader(), read).await?;
        *self.open.write() = open.into_iter().map(|(u, c, until)| ((u, c), until)).collect();
        Ok(())
    }

    /// Until when this conversation is open to this user.
    pub fn until(&self, user: UserId, conversation: ConversationId, now: Millis) -> Option<Millis> {
        self.open.read().get(&(user, conversation)).copied().filter(|until| *until > now)
    }
}

impl accounts::live::Opened for Unmasked {
    fn is_open(&self, user: UserId, conversation: ConversationId, now: Millis) -> bool {
        self.until(user, conversation, now).is_some()
    }
}

/// Through whose eyes an answer is made.
#[derive(Clone, Default)]
pub enum Sight {
    /// Not a person's: the contact's own screen, programs of the client.
    #[default]
    Full,
    /// Somebody without the right, for sure.
    Masked,
    /// A member of staff, by what they hold.
    Of {
        /// Who.
        user: UserId,
        /// What they hold.
        grants: Arc<Grants>,
        /// What is open to them.
        unmasked: Arc<Unmasked>,
        /// Now.
        now: Millis,
    },
}

impl Sight {
    /// This caller's.
    pub fn of(app: &App, caller: &Caller) -> Sight {
        let unmasked = app.port::<Arc<Unmasked>>().clone();
        Sight::Of { user: caller.user, grants: caller.grants.clone(), unmasked, now: app.now() }
    }

    /// This user's, by everything they hold; for what is made for a person without a request of theirs.
    pub fn of_user(app: &App, user: UserId) -> Sight {
        let unmasked = app.port::<Arc<Unmasked>>().clone();
        let grants = app.port::<Arc<Directory>>().grants(user);
        Sight::Of { user, grants, unmasked, now: app.now() }
    }

    /// Does it hear what was whispered between these users? Nobody but they and who helps on the line; what is not a
    /// person's does not.
    pub fn hears(&self, between: &[UserId], tenant: TenantId, line: LineId) -> bool {
        match self {
            Sight::Full | Sight::Masked => false,
            Sight::Of { user, grants, .. } => between.contains(user) || grants.may(HELP, tenant, Some(line)),
        }
    }

    /// Does it see personal data of this conversation in full?
    pub fn is_full(&self, tenant: TenantId, line: LineId, conversation: ConversationId) -> bool {
        match self {
            Sight::Full => true,
            Sight::Masked => false,
            Sight::Of { user, grants, unmasked, now } => {
                grants.may(PERSONAL, tenant, Some(line))
                    || unmasked.until(*user, conversation, *now).is_some()
            }
        }
    }
}

/// A text with personal data masked.
pub fn masked(text: &str) -> String {
    match engines::redact::mask_personal(text) {
        Cow::Borrowed(t) => t.to_owned(),
        Cow::Owned(t) => t,
    }
}

/// Facts with personal data masked in every text that is no number or word of ours.
pub(crate) fn masked_facts(data: &mut Value) {
    match data {
        Value::String(s) if !s.chars().all(|c| c.is_ascii_digit()) => *s = masked(s),
        Value::Array(all) => all.iter_mut().for_each(masked_facts),
        Value::Object(all) => all.values_mut().for_each(masked_facts),
        _ => {}
    }
}
