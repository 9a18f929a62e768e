//! Values of settings that say who may come in: keys, origins of web pages, networks.

use super::Secret;
use super::value::{Item, Setting};
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// Least bytes of a secret that signs tokens, those of the hash (RFC 7518, section 3.2).
const MIN_SIGNING_BYTES: usize = 32;
/// Most characters of a key.
pub const MAX_KEY: usize = 512;

/// Tells why a text cannot be a key that clients send in a header; the text is no part of it.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub fn check_key(key: &str) -> Result<(), String> {
    if key.len() > MAX_KEY {
        return Err(format!("a key has at most {MAX_KEY} characters"));
    }
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("a key has letters, digits and signs of ASCII only, and no blanks".to_owned());
    }
    if is_placeholder(key) {
        return Err(
            "this is the text of an example, which everybody knows; make a key of your own".to_owned()
        );
    }
    Ok(())
}

/// True for what examples write where a secret belongs.
fn is_placeholder(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.starts_with("your-")
        || text.starts_with("your_")
        || text.ends_with("-here")
        || ["changeme", "change-me", "change_me", "replace-me", "placeholder"]
            .iter()
            .any(|word| text.contains(word))
}

/// A key of the daemon: a secret that is no example.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ApiKey(pub Secret);

impl Setting for ApiKey {
    const IS_SECRET: bool = true;
    fn kind() -> &'static str {
        Secret::kind()
    }
    fn from_toml(value: &toml::Value) -> Result<Self, String> {
        let secret = Secret::from_toml(value)?;
        check_key(secret.reveal())?;
        Ok(Self(secret))
    }
    fn to_toml(&self) -> String {
        self.0.to_toml()
    }
}

/// A secret that signs tokens: no example, and of 32 bytes at least; empty for none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SigningSecret(pub Secret);

impl Setting for SigningSecret {
    const IS_SECRET: bool = true;
    fn kind() -> &'static str {
        "secret text of 32 bytes or more"
    }
    fn from_toml(value: &toml::Value) -> Result<Self, String> {
        let secret = Secret::from_toml(value)?;
        if is_placeholder(secret.reveal()) {
            return Err(
                "this is the text of an example, which everybody knows; make one of your own".to_owned()
            );
        }
        if (1..MIN_SIGNING_BYTES).contains(&secret.reveal().len()) {
            return Err(format!("it has less than {MIN_SIGNING_BYTES} bytes, so it could be guessed"));
        }
        Ok(Self(secret))
    }
    fn to_toml(&self) -> String {
        self.0.to_toml()
    }
}

/// The name of a header (RFC 9110, section 5.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderName(pub String);

impl Setting for HeaderName {
    fn kind() -> &'static str {
        "name of a header"
    }
    fn from_toml(value: &toml::Value) -> Result<Self, String> {
        let name = String::from_toml(value)?;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_plain) {
            return Err(format!("`{name}` is no name of a header"));
        }
        Ok(Self(name))
    }
    fn to_toml(&self) -> String {
        self.0.to_toml()
    }
}

/// Addresses that begin alike: `10.0.0.0/8`, `::1`. An IPv4 address inside an IPv6 one is that IPv4 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    /// As IPv6, in which an IPv4 address has 96 bits before it.
    first: u128,
    /// Bits that are alike.
    bits: u32,
}

fn widened(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

impl Network {
    /// True when an address is one of it.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        (widened(address) ^ self.first) & mask(self.bits) == 0
    }
}

const fn mask(bits: u32) -> u128 {
    match u128::MAX.checked_shl(128 - bits) {
        Some(mask) => mask,
        None => 0,
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (address, all) = match Ipv6Addr::from_bits(self.first).to_canonical() {
            IpAddr::V4(address) if self.bits >= 96 => (IpAddr::V4(address), 96),
            _ => (IpAddr::V6(Ipv6Addr::from_bits(self.first)), 0),
        };
        write!(f, "{address}")?;
        if self.bits < 128 { write!(f, "/{}", self.bits - all) } else { Ok(()) }
    }
}

impl Item for Network {
    const KIND: &'static str = "list of addresses, such as 10.0.0.7 or 10.0.0.0/8";
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no address such as 10.0.0.7, and no network such as 10.0.0.0/8");
        let (address, bits) =
            text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let (before, all) = if address.is_ipv4() { (96, 32) } else { (0, 128) };
        let bits = match bits {
            Some(bits) => bits.parse().ok().filter(|bits| *bits <= all).ok_or_else(wrong)?,
            None => all,
        };
        let bits = before + bits;
        Ok(Self { first: widened(address) & mask(bits), bits })
    }
    fn text(&self) -> String {
        self.to_string()
    }
}

/// Where a web page comes from, as browsers write it (RFC 6454, section 6.2): `https://code.example.com`. `*` is any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// The origin that stands in no setting but in a request; nothing for what is none, such as `null`.
    #[must_use]
    pub fn of(header: &str) -> Option<Self> {
        let (scheme, host) = header.split_once("://")?;
        let is_scheme = !scheme.is_empty()
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        let is_host = !host.is_empty()
            && host.bytes().all(|byte| byte.is_ascii_graphic() && !b"/?#@\\\"'<>,;".contains(&byte));
        (is_scheme && is_host).then(|| Self(header.to_ascii_lowercase()))
    }

    /// True for `*`.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.0 == "*"
    }

    /// True for the origin that stands in the guide's example.
    #[must_use]
    pub fn is_example(&self) -> bool {
        self.host().ends_with("yourdomain.com")
    }

    /// The host, with its port when that is not the one of the scheme.
    #[must_use]
    pub fn host(&self) -> &str {
        let (scheme, host) = self.0.split_once("://").unwrap_or(("", ""));
        match scheme {
            "http" => host.strip_suffix(":80").unwrap_or(host),
            "https" => host.strip_suffix(":443").unwrap_or(host),
            _ => host,
        }
    }
}

impl Item for Origin {
    const KIND: &'static str = "list of origins, such as https://code.example.com";
    fn parse(text: &str) -> Result<Self, String> {
        if text == "*" {
            return Ok(Self(text.to_owned()));
        }
        let wrong = || {
            format!("`{text}` is no origin: write a scheme and a host only, such as https://code.example.com")
        };
        Self::of(text).ok_or_else(wrong)
    }
    fn text(&self) -> String {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str) -> toml::Value {
        toml::Value::String(text.to_owned())
    }

    #[test]
    fn what_examples_say_is_no_secret() {
        for bad in [
            "your-jwt-secret",
            "your-secure-jwt-secret",
            "your-secret-api-key",
            "YOUR-SECRET-API-KEY",
            "put-a-secret-of-more-than-32-bytes-here",
            "changeme",
        ] {
            let error = ApiKey::from_toml(&text(bad)).unwrap_err();
            assert!(error.contains("example") && !error.contains(bad), "{error}");
            assert!(SigningSecret::from_toml(&text(bad)).is_err(), "{bad}");
        }
        assert!(SigningSecret::from_toml(&text(&"x".repeat(31))).is_err());
        assert!(SigningSecret::from_toml(&text(&"x".repeat(32))).is_ok());
        assert!(SigningSecret::from_toml(&text("")).unwrap().0.is_empty());
        for bad in ["two words", "schlüssel", "a\u{7f}b", &"x".repeat(MAX_KEY + 1)] {
            assert!(ApiKey::from_toml(&text(bad)).is_err(), "{bad}");
        }
        assert!(ApiKey::from_toml(&text(&"x".repeat(MAX_KEY))).is_ok());
        assert!(ApiKey::from_toml(&text("\n")).unwrap().0.is_empty());
    }

    #[test]
    fn a_header_has_a_name_that_can_be_sent() {
        assert_eq!(HeaderName::from_toml(&text("X-API-Key")), Ok(HeaderName("X-API-Key".to_owned())));
        for bad in ["", "X API", "X:", "X\r\nY", "schlüssel"] {
            assert!(HeaderName::from_toml(&text(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_is_of_the_networks_that_it_begins_like() {
        for (network, inside, outside) in [
            ("10.0.0.0/8", "10.255.3.1", "11.0.0.1"),
            ("10.9.8.7/8", "10.0.0.1", "::a00:1"),
            ("192.168.1.7", "192.168.1.7", "192.168.1.6"),
            ("0.0.0.0/0", "255.1.2.3", "::1"),
            ("::1", "::1", "127.0.0.1"),
            ("2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"),
            ("10.0.0.0/8", "::ffff:10.1.1.1", "::ffff:9.1.1.1"),
            ("172.16.0.0/12", "172.31.255.255", "172.32.0.0"),
        ] {
            let network = Network::parse(network).unwrap();
            assert!(network.holds(inside.parse().unwrap()), "{network} {inside}");
            assert!(!network.holds(outside.parse().unwrap()), "{network} {outside}");
        }
        assert!(Network::parse("::/0").unwrap().holds("9.9.9.9".parse().unwrap()));
        for bad in
            ["", "10.0.0.0/33", "::/129", "10.0.0", "localhost", "10.0.0.0/-1", "10.0.0.0/", "1.2.3.4:80"]
        {
            assert!(Network::parse(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn networks_that_are_printed_parse_to_the_same(bits in 0..=128_u32, first in any::<u128>(), v4 in any::<bool>()) {
            let address = match v4 {
                true => IpAddr::from(u32::try_from(first >> 96).unwrap().to_be_bytes()),
                false => IpAddr::from(first.to_be_bytes()),
            };
            let bits = if v4 { bits % 33 } else { bits };
            let network = Network::parse(&format!("{address}/{bits}")).unwrap();
            prop_assert_eq!(Network::parse(&network.to_string()), Ok(network));
        }
    }

    #[test]
    fn an_origin_is_a_scheme_and_a_host() {
        let host = |text: &str| Origin::parse(text).map(|origin| origin.host().to_owned());
        assert_eq!(host("https://Code.Example.com").unwrap(), "code.example.com");
        assert_eq!(host("https://code.example.com:443").unwrap(), "code.example.com");
        assert_eq!(host("http://[::1]:8000").unwrap(), "[::1]:8000");
        assert_eq!(host("http://h:443").unwrap(), "h:443");
        assert!(Origin::parse("*").unwrap().is_any());
        for bad in [
            "",
            "null",
            "code.example.com",
            "https://",
            "https://h/",
            "https://h/path",
            "https://u@h",
            "https://a b",
        ] {
            assert!(Origin::parse(bad).is_err(), "{bad}");
        }
        assert!(Origin::of("*").is_none());
    }
}
