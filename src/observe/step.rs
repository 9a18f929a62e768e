//! Places between two durable steps, at which tests end the process.

/// A place between two durable steps. In debug builds the variable `FAIL_CODEGRAPH_AT` names one, such as `store.publish`
/// or `store.publish:3` for the third time that it is reached; there the process ends as by kill -9. In release builds
/// there is nothing here.
#[cfg(debug_assertions)]
pub fn step(name: &'static str) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static WANTED: OnceLock<Option<(String, u64)>> = OnceLock::new();
    static REACHED: AtomicU64 = AtomicU64::new(0);
    let wanted = WANTED.get_or_init(|| {
        let text = std::env::var_os("FAIL_CODEGRAPH_AT")?.into_string().ok()?;
        match text.split_once(':') {
            Some((name, times)) => Some((name.to_owned(), times.parse().ok()?)),
            None => Some((text, 1)),
        }
    });
    if let Some((wanted, times)) = wanted
        && wanted == name
        && REACHED.fetch_add(1, Ordering::Relaxed) + 1 == *times
    {
        std::process::abort();
    }
}

/// Nothing.
#[cfg(not(debug_assertions))]
#[inline]
pub const fn step(_name: &'static str) {}
