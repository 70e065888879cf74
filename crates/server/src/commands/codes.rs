//! The error codes of the program itself.

use kernel::{Code, Kind};

macro_rules! codes {
    ($($name:ident = $code:literal, $kind:ident, $en:literal, $zh:literal;)+) => {
        $(#[doc = $en] pub static $name: Code = Code { code: $code, kind: Kind::$kind, en: $en, zh: $zh };)+
        /// All of them.
        pub static ALL: &[&Code] = &[$(&$name),+];
    };
}

codes! {
    CONFIG_UNFIT = "server.config", Invalid,
        "The configuration does not fit. The detail says where; nothing was started.",
        "配置有误，具体位置见详情，服务未启动。";
    PORT_TAKEN = "server.port_taken", Conflict,
        "A port is in use or not allowed. Choose another with --port-base.",
        "端口被占用或无权使用，请用 --port-base 换一个。";
    NO_SUCH_METHOD = "request.no_such_method", NotFound,
        "This address does not take that method. The API's description lists what it takes.",
        "该地址不支持此请求方法，可用方法见接口说明。";
    NO_DATA = "server.no_data", Conflict,
        "There is no installation in this folder. Name the right one with --data; nothing was made.",
        "该目录中没有安装数据，请用 --data 指定正确的目录，未创建任何内容。";
    DEMO_PRESENT = "demo.present", Conflict,
        "This data folder already holds data. The demonstration goes into an empty one.",
        "该数据目录已有数据，演示数据只能装入空目录。";
    DEMO_REFUSED = "demo.refused", Internal,
        "The demonstration could not be made: one of its steps was refused. The detail says which.",
        "演示数据未能装入：其中一步被拒绝，详见说明。";
    BACKUP_REFUSED = "server.backup_refused", Conflict,
        "The backup was not made. The detail says why.",
        "备份未完成，原因见详情。";
    COMMAND_FAILED = "server.command_failed", Conflict,
        "The running server could not do this. The detail says why.",
        "运行中的服务无法完成此操作，原因见详情。";
    COMMAND_BROKEN = "server.command_broken", Unavailable,
        "The running server ended before it answered. Look at its log, then try again.",
        "服务在答复之前已停止，请查看日志后重试。";
}
