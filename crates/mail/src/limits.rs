//! Every bound of reading a mail, in one place: what a stranger sends decides nothing about how much work is done.
//!
//! What is above a bound is either cut with a [`Warning`](crate::Warning) (the mail is still read) or answered with a
//! [`Refusal`](crate::Refusal) (only its head is read). The caller keeps the raw mail in both cases.

/// Bytes of a raw mail at the most; large providers take 25 MB, a third more when encoded.
pub const RAW_BYTES_MAX: usize = 40 << 20;
/// Bytes of the head (all header fields) that are looked at.
pub const HEAD_BYTES_MAX: usize = 256 << 10;
/// Header fields that are looked at.
pub const FIELDS_MAX: usize = 1_000;
/// Bytes of one header field, unfolded.
pub const FIELD_BYTES_MAX: usize = 32 << 10;
/// Parts of a mail, counted as lines that delimit them and as heads of parts.
pub const PARTS_MAX: usize = 1_000;
/// Multiparts and nested mails that a mail may declare, which bounds the depth as well.
pub const CONTAINERS_MAX: usize = 60;
/// People in one address field.
pub const PEOPLE_MAX: usize = 200;
/// Bytes of a name shown with an address.
pub const NAME_BYTES_MAX: usize = 200;
/// Bytes of an address (RFC 5321, 4.5.3.1.3: 256 with its angle brackets).
pub const ADDRESS_BYTES_MAX: usize = 254;
/// Bytes of a subject.
pub const SUBJECT_BYTES_MAX: usize = 1_000;
/// Message ids that are kept of `References`: the first and the last of them.
pub const REFERENCES_MAX: usize = 100;
/// Bytes of one message id (RFC 5322 has lines of 998).
pub const MESSAGE_ID_BYTES_MAX: usize = 500;
/// Attachments that are listed.
pub const ATTACHMENTS_MAX: usize = 200;
/// Bytes of an attachment's name.
pub const FILE_NAME_BYTES_MAX: usize = 200;
/// Bytes of text that are shown, and of text that is folded.
pub const TEXT_BYTES_MAX: usize = 512 << 10;
/// Bytes of one part's text that are decoded; what follows is in the raw mail alone.
pub const PART_TEXT_BYTES_MAX: usize = 4 << 20;
/// Bytes of HTML that are sanitised; above it the text is shown.
pub const HTML_BYTES_MAX: usize = 768 << 10;
/// Elements open at the same time in HTML that is sanitised: the sanitiser's work grows with their product.
pub const HTML_DEPTH_MAX: usize = 120;
/// Tags in HTML that is sanitised.
pub const HTML_TAGS_MAX: usize = 30_000;
/// Formatting elements that may be left open in HTML that is sanitised; where there are more, theirs go.
pub const HTML_LOOSE_MAX: usize = 3;
/// Failed recipients of one bounce.
pub const FAILURES_MAX: usize = 100;
/// Pieces of evidence for a kind, and authentication results, that are kept.
pub const FINDINGS_MAX: usize = 50;
/// Bytes of a piece of evidence, a reason or a diagnostic.
pub const SAYING_BYTES_MAX: usize = 500;
/// Files inside a `winmail.dat`, and attributes that are walked to find them.
pub const TNEF_FILES_MAX: usize = 50;
/// Attributes of a `winmail.dat` that are walked.
pub const TNEF_ATTRIBUTES_MAX: usize = 5_000;
/// Lines of a calendar part that are looked at.
pub const CALENDAR_LINES_MAX: usize = 2_000;
