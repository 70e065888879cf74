//! The error codes of customers, with their words.

use kernel::{Code, Kind};

macro_rules! codes {
    ($($name:ident = $code:literal, $kind:ident, $en:literal, $zh:literal;)+) => {
        $(#[doc = $en] pub static $name: Code = Code { code: $code, kind: Kind::$kind, en: $en, zh: $zh };)+
        /// All of them.
        pub static ALL: &[&Code] = &[$(&$name),+];
    };
}

codes! {
    HANDLE_TAKEN = "contact.handle_taken", Conflict,
        "Another contact of this client already has this address. Look it up to open that contact; nothing was changed.",
        "该联系方式已属于此甲方的另一位客户，可按号码查找并打开该客户；未做任何更改。";
    ORGANISATION_TAKEN = "organisation.name_taken", Conflict,
        "This client already has an organisation of this name. Nothing was changed.",
        "该甲方下已有同名组织，未做任何更改。";
    ATTRIBUTE_TAKEN = "attribute.key_taken", Conflict,
        "This client already has an attribute with this key. Nothing was changed.",
        "该甲方下已有相同标识的自定义字段，未做任何更改。";
    ATTRIBUTES_FULL = "attribute.too_many", Conflict,
        "This client has as many attributes as it can have. Nothing was changed.",
        "该甲方的自定义字段数量已达上限，未做任何更改。";
}
