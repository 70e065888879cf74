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
    SEGMENT_TAKEN = "segment.name_taken", Conflict,
        "This client already has a segment of this name. Nothing was changed.",
        "该甲方下已有同名分群，未做任何更改。";
    SEGMENTS_FULL = "segment.too_many", Conflict,
        "This client has as many segments as it can have. Nothing was changed.",
        "该甲方的分群数量已达上限，未做任何更改。";
    RELATION_TAKEN = "relation.known", Conflict,
        "This relation is already kept. Nothing was changed.",
        "该关系已登记，未做任何更改。";
    BOTH_TALKING = "contact.both_talking", Conflict,
        "Both have an open conversation at the same inbox. End one of them, then merge. Nothing was changed.",
        "两位客户在同一接入点都有未结束的会话。请先结束其中一个再合并；未做任何更改。";
    MERGE_TOO_LATE = "merge.too_late", Conflict,
        "This merge is more than 30 days old and cannot be undone any more. Nothing was changed.",
        "该合并已超过 30 天，无法撤销；未做任何更改。";
    MERGE_UNDONE = "merge.undone", Conflict,
        "This merge was undone already. Nothing was changed.",
        "该合并已被撤销，未做任何更改。";
    MERGE_LATER_FIRST = "merge.later_first", Conflict,
        "The contact was merged into another since. Undo that merge first. Nothing was changed.",
        "该客户之后又被合并到另一位客户，请先撤销后一次合并；未做任何更改。";
    PAIR_DECIDED = "duplicate.decided", Conflict,
        "Somebody has already decided about this pair. Nothing was changed.",
        "这对疑似重复已有人处理，未做任何更改。";
    BLOCK_OPEN = "block.open", Conflict,
        "The block list already has an open entry for this. Nothing was changed.",
        "黑名单中已有相同的待审批或生效记录，未做任何更改。";
    BLOCK_OWN = "block.own", Conflict,
        "Somebody else has to agree to what you asked for. Nothing was changed.",
        "不能审批自己提交的申请，需由他人审批；未做任何更改。";
    BLOCK_DECIDED = "block.decided", Conflict,
        "This entry has moved on meanwhile; load it anew. Nothing was changed.",
        "该记录的状态已变化，请刷新；未做任何更改。";
    SENDER_BLOCKED = "sender.blocked", Forbidden,
        "We cannot take your messages here at present. Please use another way to reach us.",
        "您好，暂时无法在此受理您的消息，敬请谅解；如有需要，请通过其他渠道联系我们。";
    TABLE_UNREADABLE = "table.unreadable", Invalid,
        "This file cannot be read as a table. Save it as .xlsx or .csv and try again. Nothing was changed.",
        "无法将该文件读取为表格。请另存为 .xlsx 或 .csv 后重试；未做任何更改。";
    TABLE_OLD_FORMAT = "table.old_format", Invalid,
        "Files of the old .xls kind are not taken. Save it as .xlsx or .csv and try again. Nothing was changed.",
        "不支持旧版 .xls 文件。请另存为 .xlsx 或 .csv 后重试；未做任何更改。";
    TABLE_TOO_WIDE = "table.too_wide", Invalid,
        "The table has more than 200 columns. Keep those that are needed and try again. Nothing was changed.",
        "表格超过 200 列。请只保留需要的列后重试；未做任何更改。";
    TABLE_TOO_LONG = "table.too_long", Invalid,
        "The table has more than 500,000 rows. Divide it and try again. Nothing was changed.",
        "表格超过 50 万行。请拆分后重试；未做任何更改。";
    TABLE_CELL = "table.cell_too_large", Invalid,
        "A cell holds more than 32,768 characters. Shorten it and try again. Nothing was changed.",
        "有单元格超过 32768 个字符。请缩短后重试；未做任何更改。";
    TABLE_SWELLS = "table.swells", Invalid,
        "The file unpacks to far more than its size and is not opened. Save it anew and try again. Nothing was changed.",
        "该文件解压后体积异常膨胀，未予打开。请重新另存后重试；未做任何更改。";
    TABLE_EMPTY = "table.empty", Invalid,
        "The table holds no rows. Nothing was changed.",
        "表格中没有数据行，未做任何更改。";
    IMPORT_STATE = "import.state", Conflict,
        "The import has moved on meanwhile, or has to be checked first. Load it anew. Nothing was changed.",
        "导入任务的状态已变化，或需先试运行，请刷新；未做任何更改。";
    IMPORTS_FULL = "import.too_many", Conflict,
        "This client has as many imports running or open as it can have. Finish one first. Nothing was changed.",
        "该甲方进行中的导入任务已达上限，请先完成其中之一；未做任何更改。";
    TEMPLATE_TAKEN = "import.template_taken", Conflict,
        "This client already has a template of this name. Nothing was changed.",
        "该甲方下已有同名导入模板，未做任何更改。";
    EXPORT_GONE = "export.gone", NotFound,
        "This file has expired and was removed. Export it anew.",
        "该文件已过期并被删除，请重新导出。";
}
