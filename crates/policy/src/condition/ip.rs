//! `IpAddress` and `NotIpAddress`: IPv4 and IPv6, with or without a prefix length.

use std::net::IpAddr;

/// An address range in CIDR form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    network: IpAddr,
    prefix: u32,
}

impl Range {
    /// Reads `203.0.113.0/24` or a single address; bits after the prefix do not matter.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.trim().split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text.trim(), None),
        };
        let network: IpAddr = address.parse().ok()?;
        let width = if network.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok()?,
            Some(_) => return None,
            None => width,
        };
        (prefix <= width).then_some(Self { network, prefix })
    }

    fn contains(self, address: IpAddr) -> bool {
        match (self.network, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let shift = 32 - self.prefix;
                let high = |ip: u32| ip.checked_shr(shift).unwrap_or(0);
                high(network.to_bits()) == high(address.to_bits())
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let shift = 128 - self.prefix;
                let high = |ip: u128| ip.checked_shr(shift).unwrap_or(0);
                high(network.to_bits()) == high(address.to_bits())
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

pub(super) fn match_any(ranges: &[Option<Range>], value: &str) -> bool {
    let Ok(address) = value.trim().parse::<IpAddr>() else {
        return false;
    };
    ranges.iter().flatten().any(|range| range.contains(address))
}

#[cfg(test)]
mod tests {
    use super::{Range, match_any};

    fn inside(range: &str, address: &str) -> bool {
        match_any(&[Range::parse(range)], address)
    }

    #[test]
    fn ranges_hold_their_addresses_and_no_others() {
        assert!(inside("0.0.0.0/0", "203.0.113.7"));
        assert!(!inside("0.0.0.0/0", "2001:db8::1"));
        assert!(inside("203.0.113.9/24", "203.0.113.1"));
        assert!(inside("203.0.113.7", "203.0.113.7"));
        assert!(!inside("203.0.113.7", "203.0.113.8"));
        assert!(inside("2001:DB8:1234:5678::/64", "2001:db8:1234:5678::9"));
        assert!(inside("::/0", "2001:db8::1"));
        assert!(!inside("10.0.0.0/33", "10.0.0.1"));
        assert!(!inside("10.0.0.0/+8", "10.0.0.1"));
    }
}
