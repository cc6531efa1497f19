//! Which process has a port.

use std::fmt;

/// A process that listens on a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Holder {
    pub(super) pid: u32,
    name: String,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pid == std::process::id() {
            write!(f, "this very process ({}, pid {})", self.name, self.pid)
        } else {
            write!(f, "`{}` (pid {})", self.name, self.pid)
        }
    }
}

/// The process that listens on a port, where the system tells: Linux, and processes of the same
/// user.
#[cfg(target_os = "linux")]
pub(super) fn of(port: u16) -> Option<Holder> {
    use std::fs;

    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(fs::read_to_string);
    let sockets: Vec<String> = tables
        .iter()
        .flatten()
        .flat_map(|table| listening(table, port))
        .map(|inode| format!("socket:[{inode}]"))
        .collect();
    let processes = fs::read_dir("/proc").ok()?.flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.into_iter().find_map(|pid| {
        let mut files = fs::read_dir(format!("/proc/{pid}/fd")).ok()?.flatten();
        files.find(|file| {
            let target = fs::read_link(file.path()).ok();
            target.is_some_and(|it| sockets.iter().any(|socket| it.as_os_str() == &**socket))
        })?;
        let name = fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
        Some(Holder {
            pid,
            name: name.trim().to_owned(),
        })
    })
}

/// Elsewhere nobody is asked.
#[cfg(not(target_os = "linux"))]
pub(super) fn of(_port: u16) -> Option<Holder> {
    None
}

/// The inodes of the sockets that listen on a port, of a table as proc(5) describes it.
#[cfg(target_os = "linux")]
fn listening(table: &str, port: u16) -> Vec<&str> {
    const LISTEN: &str = "0A";
    table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let fields: Vec<_> = line.split_ascii_whitespace().collect();
            let (local, state, inode) = (fields.get(1)?, fields.get(3)?, fields.get(9)?);
            let (_, local_port) = local.rsplit_once(':')?;
            let same = u16::from_str_radix(local_port, 16).ok()? == port;
            (same && *state == LISTEN).then_some(*inode)
        })
        .collect()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_table_tells_who_listens() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4242 1 0
   1: 0100007F:1F90 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 4343 1 0
   2: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4444 1 0
";
        assert_eq!(listening(table, 8080), ["4242"]);
        assert_eq!(listening(table, 8082), [""; 0]);
    }

    #[test]
    fn a_listener_of_this_process_is_found() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let holder = of(listener.local_addr().unwrap().port()).unwrap();
        assert_eq!(holder.pid, std::process::id());
        assert!(
            holder.to_string().starts_with("this very process"),
            "{holder}"
        );
    }
}
