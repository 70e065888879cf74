//! sign-in
pub(crate) mod access;
mod password;
pub(crate) mod store;
mod throttle;
mod totp;
pub(crate) use password::Hashing;
pub(crate) use throttle::Throttle;
pub(crate) fn close_ended(app: &platform::App) {
    app.live().close_where(|v| v.user().0 != 0 && !v.may_join(platform::live::Topic::User(v.user().0)), "signed_out");
}
