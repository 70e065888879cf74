//! One error for every service. Edges turn its kind into HTTP (RFC 9457), close codes or exit codes, each in one place.

use std::panic::Location;
use std::sync::Arc;

/// The result of every service.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What sort of failure, which decides how an edge answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The input is wrong; nothing changed (422).
    Invalid,
    /// Nobody is signed in, or the credentials are not good (401).
    Unauthenticated,
    /// Known, but not allowed; used only where the thing's existence is no secret (403).
    Forbidden,
    /// Not there, or not for this reader (404).
    NotFound,
    /// True a moment ago, not now (409).
    Conflict,
    /// Larger than the limit named in the detail (413).
    TooLarge,
    /// More than the share allowed; try again later (429).
    RateLimited,
    /// Not able just now; try again (503).
    Unavailable,
    /// No room on the disk; reads go on (507).
    StorageFull,
    /// A fault of the program (500).
    Internal,
}

/// A stable code with its words. Each area lists its codes in `codes.rs`; the reference and the TypeScript union are
/// generated from the lists.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Such as `conversation.not_found`; never changes once released.
    pub code: &'static str,
    /// How edges answer.
    pub kind: Kind,
    /// What happened and what to do, in English.
    pub en: &'static str,
    /// The same in Chinese.
    pub zh: &'static str,
}

/// What is wrong with one field of the input.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct FieldFault {
    /// JSON pointer into the body, or the name of a parameter.
    pub field: String,
    /// A stable word such as `required`, `too_long`, `unknown`.
    pub fault: String,
}

/// An error of a service.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}: {detail}", code.code)]
pub struct Error {
    /// The stable code with its words.
    pub code: &'static Code,
    /// Facts for the developer and the log: never message text, personal data or secrets.
    pub detail: String,
    /// The fields at fault.
    pub fields: Vec<FieldFault>,
    /// After how many seconds to try again, where that is known.
    pub retry_after_s: Option<u32>,
    /// What caused it.
    #[source]
    pub source: Option<Arc<dyn std::error::Error + Send + Sync>>,
    /// Where in the program.
    pub at: &'static Location<'static>,
}

impl Error {
    /// An error of this code.
    #[track_caller]
    pub fn new(code: &'static Code) -> Error {
        Error {
            code,
            detail: String::new(),
            fields: vec![],
            retry_after_s: None,
            source: None,
            at: Location::caller(),
        }
    }
    /// Adds facts for the developer.
    pub fn detail(mut self, detail: impl Into<String>) -> Error {
        self.detail = detail.into();
        self
    }
    /// Names a field at fault.
    pub fn field(mut self, field: impl Into<String>, fault: impl Into<String>) -> Error {
        self.fields.push(FieldFault { field: field.into(), fault: fault.into() });
        self
    }
    /// Keeps the cause.
    pub fn cause(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Error {
        if self.detail.is_empty() {
            self.detail = source.to_string();
        }
        self.source = Some(Arc::new(source));
        self
    }
    /// Says when to try again.
    pub fn retry_after(mut self, seconds: u32) -> Error {
        self.retry_after_s = Some(seconds);
        self
    }
    /// The kind of its code.
    pub fn kind(&self) -> Kind {
        self.code.kind
    }
    /// A fault of the program.
    #[track_caller]
    pub fn internal(detail: impl Into<String>) -> Error {
        Error::new(&INTERNAL).detail(detail)
    }
    /// Not there, or not for this reader.
    #[track_caller]
    pub fn not_found() -> Error {
        Error::new(&NOT_FOUND)
    }
    /// Input that is wrong in one field.
    #[track_caller]
    pub fn invalid(field: impl Into<String>, fault: impl Into<String>) -> Error {
        Error::new(&INVALID).field(field, fault)
    }
}

/// A fault of the program.
pub static INTERNAL: Code = Code {
    code: "internal",
    kind: Kind::Internal,
    en: "Something went wrong on our side. Nothing was changed. Try again, and quote the request number if it stays.",
    zh: "系统内部出错，未做任何更改。请重试；若仍出现，请把请求编号告诉管理员。",
};
/// Not there, or not for this reader.
pub static NOT_FOUND: Code = Code {
    code: "not_found",
    kind: Kind::NotFound,
    en: "There is nothing here that you can open. It may have been removed, or your rights may not reach it.",
    zh: "没有找到您可以打开的内容。它可能已被移除，或您没有相应权限。",
};
/// Input that does not fit.
pub static INVALID: Code = Code {
    code: "invalid",
    kind: Kind::Invalid,
    en: "Some of what was sent does not fit. The fields at fault are listed; nothing was changed.",
    zh: "提交的内容有误，出错的字段已列出，未做任何更改。",
};

/// The codes of this crate.
pub static CODES: &[&Code] = &[&INTERNAL, &NOT_FOUND, &INVALID];
