//! What the process takes of the machine, as the system tells it. Only Linux tells all of it; elsewhere what is not told
//! is nothing.

/// Memory that the process holds, in bytes.
#[must_use]
pub fn resident_bytes() -> Option<u64> {
    status("VmRSS:").map(|kib| kib * 1024)
}

/// Addresses that the process has taken, in bytes.
#[must_use]
pub fn virtual_bytes() -> Option<u64> {
    status("VmSize:").map(|kib| kib * 1024)
}

/// Threads of the process.
#[must_use]
pub fn threads() -> Option<u64> {
    status("Threads:")
}

/// Time of processors that the process took, in seconds.
#[must_use]
pub fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // utime and stime are the 14th and 15th fields; the command's name may hold spaces and ends with ')'.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    // Linux counts in hundredths of a second on every architecture we build for.
    Some(ticks as f64 / 100.0)
}

/// Files and sockets that the process has open.
#[must_use]
pub fn open_files() -> Option<u64> {
    // The folder that is read is one of them.
    std::fs::read_dir("/proc/self/fd").ok().map(|entries| (entries.count() as u64).saturating_sub(1))
}

/// Files and sockets that the process may have open; nothing when the system does not tell or has no limit.
#[must_use]
pub fn most_files() -> Option<u64> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find(|line| line.starts_with("Max open files"))?;
    line.split_whitespace().nth(3)?.parse().ok()
}

/// Memory of the machine that processes may have, in bytes.
#[must_use]
pub fn machine_bytes() -> Option<u64> {
    let told = std::fs::read_to_string("/proc/meminfo").ok()?;
    number(&told, "MemTotal:").map(|kib| kib * 1024)
}

fn status(name: &str) -> Option<u64> {
    number(&std::fs::read_to_string("/proc/self/status").ok()?, name)
}

/// The number behind a name at the start of a line.
fn number(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn linux_tells_all_of_it() {
        let held = vec![1_u8; 4 << 20];
        let [resident, addresses] = [super::resident_bytes(), super::virtual_bytes()].map(Option::unwrap);
        assert!(resident > held.len() as u64 && addresses >= resident);
        assert!(super::machine_bytes().unwrap() > resident);
        assert!(super::threads().unwrap() >= 1 && super::cpu_seconds().is_some());
        let before = super::open_files().unwrap();
        let _more: Vec<_> = (0..5).map(|_| std::fs::File::open("/proc/self/stat").unwrap()).collect();
        assert!(
            super::open_files().unwrap() >= before.min(3)
                && super::open_files().unwrap() <= super::most_files().unwrap()
        );
    }
}
