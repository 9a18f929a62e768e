//! Tokens: JSON Web Tokens (RFC 7519) that are signed with HMAC-SHA-256, and with nothing else.

use super::super::State;
use super::super::base64::{decoded_url, encoded_url};
use super::super::call::{Call, Reply};
use super::super::routes::{Params, Scope};
use super::keys::{Hash, Key, Keys, hexadecimal};
use crate::config::{SigningSecret, Time};
use anyhow::Result;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use sha2::Sha256;
use std::time::{Duration, SystemTime};

/// Most bytes of a token.
const MAX_TOKEN: usize = 8 << 10;
/// Who made a token that we made; the audience of tokens that are for us.
const US: &str = "codegraph";

/// What signs and knows tokens.
pub(super) struct Signer(Hmac<Sha256>);

/// Why a token does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nobody who has the secret made it, or it is no token at all.
    Forged,
    /// It is one, but not for us, or the key that it was made from is gone.
    Void,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    Early,
}

/// What a token says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bearer {
    /// Whose it is: the name of the key that it was made from, or after `token:` what another issuer calls him.
    pub name: String,
    /// What it may do.
    pub scope: Scope,
}

/// The head of a token. Only what must be right is read.
#[derive(Deserialize)]
struct Head {
    alg: String,
    typ: Option<String>,
    /// Extensions that must be understood (RFC 7515, section 4.1.11); we know none.
    crit: Option<IgnoredAny>,
}

/// The claims that we know.
#[derive(Deserialize)]
struct Claims {
    sub: Option<String>,
    iss: Option<String>,
    aud: Option<Audience>,
    /// In seconds since 1970, maybe with a fraction.
    exp: f64,
    nbf: Option<f64>,
    #[serde(default)]
    scope: String,
    /// For tokens that we made: a mark of the key.
    key: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn is_us(&self) -> bool {
        match self {
            Self::One(name) => name == US,
            Self::Many(names) => names.iter().any(|name| name == US),
        }
    }
}

/// Seconds since 1970.
pub(super) fn seconds(now: SystemTime) -> u64 {
    now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
}

impl Signer {
    /// Nothing when there is no secret.
    pub(super) fn new(secret: &SigningSecret) -> Option<Self> {
        let secret = secret.0.reveal();
        if secret.is_empty() { None } else { Hmac::new_from_slice(secret.as_bytes()).ok().map(Self) }
    }

    /// A token of a key.
    pub(super) fn token(&self, key: &Key, scope: Scope, now: u64, lasts: Duration) -> String {
        let head = json!({ "alg": "HS256", "typ": "JWT" });
        let claims = json!({
            "iss": US,
            "aud": US,
            "sub": &*key.name,
            "scope": scope.name(),
            "iat": now,
            "exp": now.saturating_add(lasts.as_secs()),
            "key": self.mark(&key.hash),
        });
        let signed = format!(
            "{}.{}",
            encoded_url(head.to_string().as_bytes()),
            encoded_url(claims.to_string().as_bytes())
        );
        let signature = self.0.clone().chain_update(signed.as_bytes()).finalize().into_bytes();
        format!("{signed}.{}", encoded_url(&signature))
    }

    /// By what a token tells its key. The secret is in it, so that a token says nothing of a key.
    fn mark(&self, hash: &Hash) -> String {
        let mark = self.0.clone().chain_update(b"key").chain_update(hash).finalize().into_bytes();
        hexadecimal(&mark[..8])
    }

    /// What a token says that counts now.
    ///
    /// # Errors
    /// Why it does not.
    pub(super) fn read(&self, token: &str, keys: &Keys, now: u64) -> Result<Bearer, Fault> {
        if token.len() > MAX_TOKEN {
            return Err(Fault::Forged);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Fault::Forged)?;
        let (head, claims) = signed.split_once('.').ok_or(Fault::Forged)?;
        let signature = decoded_url(signature).ok_or(Fault::Forged)?;
        // The head is looked at first, but nothing in it changes how the signature is tested.
        let head: Head = json_of(head)?;
        let is_plain =
            head.typ.is_none_or(|typ| typ.eq_ignore_ascii_case("JWT") || typ.eq_ignore_ascii_case("at+jwt"));
        if head.alg != "HS256" || head.crit.is_some() || !is_plain {
            return Err(Fault::Forged);
        }
        let mac = self.0.clone().chain_update(signed.as_bytes());
        mac.verify_slice(&signature).map_err(|_| Fault::Forged)?;
        // From here on somebody said it who has the secret.
        let claims: Claims = json_of(claims).map_err(|_| Fault::Void)?;
        claims.at(now)?;
        if claims.aud.as_ref().is_some_and(|audience| !audience.is_us()) {
            return Err(Fault::Void);
        }
        let scopes = claims.scope.split_ascii_whitespace().filter_map(Scope::named);
        let mut scope = scopes.max().unwrap_or(Scope::Open);
        let mut name = claims.sub.unwrap_or_default();
        if claims.iss.as_deref() == Some(US) {
            // It lives no longer than its key, and may do no more.
            let key = keys.of_name(&name).ok_or(Fault::Void)?;
            if claims.key != Some(self.mark(&key.hash)) {
                return Err(Fault::Void);
            }
            scope = scope.min(key.scope);
        } else {
            name = format!("token:{name}");
        }
        Ok(Bearer { name, scope })
    }
}

impl Claims {
    fn at(&self, now: u64) -> Result<(), Fault> {
        // Seconds are exact as floats for as long as anybody will ask, and JSON has no number that is none.
        let now = now as f64;
        if now >= self.exp {
            return Err(Fault::Expired);
        }
        if self.nbf.is_some_and(|from| from > now) {
            return Err(Fault::Early);
        }
        Ok(())
    }
}

fn json_of<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, Fault> {
    serde_json::from_slice(&decoded_url(part).ok_or(Fault::Forged)?).map_err(|_| Fault::Forged)
}

/// What a client wishes a token to be.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Wish {
    scope: Option<String>,
    /// In seconds.
    expires_in: Option<u64>,
}

/// `POST /api/v1/auth/token`: a token for the key that asks, which may do no more and not longer than it.
#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
pub(in super::super) fn make(state: &State, call: &Call, _: &Params) -> Result<Reply> {
    let Some(name) = call.caller.key.as_deref() else {
        return Ok(Reply::problem(403, "denied", "a token is made from a key, not from another token"));
    };
    let lasts = &state.loaded.config.security.jwt_expiration;
    let pass = state.doors.pass();
    let (Some(signer), Some(key)) = (&pass.signer, pass.keys.of_name(name)) else {
        return Ok(Reply::problem(404, "not_found", "there are no tokens")
            .hint("set security.jwt_secret, to 32 random bytes or more"));
    };
    let wish = match call.body.trim_ascii() {
        [] => Ok(Wish::default()),
        body => serde_json::from_slice(body),
    };
    Ok(match wish {
        Ok(wish) => granted(signer, key, &wish, lasts, seconds(SystemTime::now())),
        Err(error) => Reply::problem(400, "usage", format!("the body: {error}")),
    })
}

fn granted(signer: &Signer, key: &Key, wish: &Wish, most: &Time, now: u64) -> Reply {
    let scope = match wish.scope.as_deref().map(Scope::named) {
        None => key.scope,
        Some(Some(scope)) if scope != Scope::Open => scope,
        Some(_) => return Reply::problem(400, "usage", "a scope is read, write or admin"),
    };
    if scope > key.scope {
        return Reply::problem(403, "denied", format!("the key has the scope {} only", key.scope.name()));
    }
    let most = most.0.as_secs();
    let lasts = wish.expires_in.map_or(most, |wanted| wanted.min(most));
    Reply::json(&json!({
        "access_token": signer.token(key, scope, now, Duration::from_secs(lasts)),
        "token_type": "Bearer",
        "expires_in": lasts,
        "scope": scope.name(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;
    use crate::config::keys::Security;
    use proptest::prelude::*;
    use serde_json::Value;

    const SECRET: &str = "a secret of thirty-two bytes or more";
    const NOW: u64 = 1_800_000_000;

    fn signer_of(secret: &str) -> Signer {
        Signer::new(&SigningSecret(Secret::new(secret.to_owned()))).unwrap()
    }

    fn signer() -> Signer {
        signer_of(SECRET)
    }

    fn keys(text: &str) -> Keys {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        std::fs::write(&path, text).unwrap();
        let security = Security { api_keys_file: path.to_str().unwrap().to_owned(), ..Security::default() };
        Keys::named(&security, &mut Vec::new()).unwrap()
    }

    /// Signs what a test wants.
    fn signed(secret: &str, head: &str, claims: &str) -> String {
        let text = format!("{}.{}", encoded_url(head.as_bytes()), encoded_url(claims.as_bytes()));
        let mac = signer_of(secret).0.chain_update(text.as_bytes()).finalize().into_bytes();
        format!("{text}.{}", encoded_url(&mac))
    }

    #[test]
    fn a_token_is_one_that_others_know() {
        // RFC 7515, appendix A.1, whose claims have no scope and whose time is over.
        let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
                     eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.\
                     dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let key = decoded_url(
            "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
        );
        let signer = Signer(Hmac::new_from_slice(&key.unwrap()).unwrap());
        let none = Keys::default();
        let joe = Bearer { name: "token:".to_owned(), scope: Scope::Open };
        assert_eq!(signer.read(token, &none, 1_300_819_379), Ok(joe));
        assert_eq!(signer.read(token, &none, 1_300_819_380), Err(Fault::Expired));
    }

    #[test]
    fn a_token_of_a_key_counts_until_its_end() {
        let keys = keys("ci write key-of-ci");
        let (signer, key) = (signer(), keys.of_name("ci").unwrap());
        let day = Duration::from_secs(86_400);
        let token = signer.token(key, Scope::Read, NOW, day);
        let ci = || Ok(Bearer { name: "ci".to_owned(), scope: Scope::Read });
        assert_eq!(signer.read(&token, &keys, NOW), ci());
        assert_eq!(signer.read(&token, &keys, NOW + 86_399), ci());
        assert_eq!(signer.read(&token, &keys, NOW + 86_460), Err(Fault::Expired));
        assert_eq!(
            signer_of("another secret of thirty-two bytes").read(&token, &keys, NOW),
            Err(Fault::Forged)
        );
    }

    #[test]
    fn a_token_ends_with_its_key() {
        let old = keys("ci write key-of-ci");
        let signer = signer();
        let token = signer.token(old.of_name("ci").unwrap(), Scope::Write, NOW, Duration::from_secs(60));
        assert_eq!(signer.read(&token, &keys("other write key-of-ci"), NOW), Err(Fault::Void));
        assert_eq!(signer.read(&token, &keys("ci write new-key-of-ci"), NOW), Err(Fault::Void));
        let less = signer.read(&token, &keys("ci read key-of-ci"), NOW).unwrap();
        assert_eq!(less.scope, Scope::Read);
    }

    #[test]
    fn nothing_else_is_a_token() {
        let (head, claims) = (
            r#"{"alg":"HS256","typ":"JWT"}"#,
            format!(r#"{{"sub":"x","scope":"admin","exp":{}}}"#, NOW + 60),
        );
        let (signer, none) = (signer(), Keys::default());
        let right = signed(SECRET, head, &claims);
        assert_eq!(signer.read(&right, &none, NOW).unwrap().scope, Scope::Admin);
        let (text, signature) = right.rsplit_once('.').unwrap();
        let bare =
            |head: &str| format!("{}.{}.", encoded_url(head.as_bytes()), encoded_url(claims.as_bytes()));
        let changed = format!(
            "{}.{}.{signature}",
            encoded_url(head.as_bytes()),
            encoded_url(claims.replace('x', "y").as_bytes())
        );
        for forged in [
            "",
            ".",
            "..",
            "a.b.c",
            text,
            &format!("{text}."),
            &format!("{right}.x"),
            &format!("{right}="),
            &format!(" {right}"),
            &changed,
            &bare(r#"{"alg":"none"}"#),
            &bare(r#"{"alg":"None","typ":"JWT"}"#),
            &signed(SECRET, r#"{"alg":"none"}"#, &claims),
            &signed(SECRET, r#"{"alg":"RS256"}"#, &claims),
            &signed(SECRET, r#"{"alg":"HS512"}"#, &claims),
            &signed(SECRET, r#"{"alg":"hs256"}"#, &claims),
            &signed(SECRET, r#"{"typ":"JWT"}"#, &claims),
            &signed(SECRET, r#"{"alg":"HS256","crit":["exp"]}"#, &claims),
            &signed(SECRET, r#"{"alg":"HS256","typ":"JOSE"}"#, &claims),
            &signed("another secret of thirty-two bytes", head, &claims),
            &format!("{text}.{}", "A".repeat(1_000_000)),
            &format!("{text}.{}", encoded_url(&[0; 32])),
            &format!("{text}.{}", signature.get(..20).unwrap()),
        ] {
            assert_eq!(
                signer.read(forged, &none, NOW),
                Err(Fault::Forged),
                "{}",
                forged.get(..60).unwrap_or(forged)
            );
        }
    }

    #[test]
    fn claims_must_be_there_and_right() {
        let head = r#"{"alg":"HS256"}"#;
        let read = |claims: Value| {
            let token = signed(SECRET, head, &claims.to_string());
            signer().read(&token, &Keys::default(), NOW).map(|bearer| bearer.scope)
        };
        let end = NOW + 60;
        for (claims, wanted) in [
            (json!({ "scope": "read" }), Err(Fault::Void)),
            (json!({ "scope": "read", "exp": "soon" }), Err(Fault::Void)),
            (json!({ "scope": "read", "exp": null }), Err(Fault::Void)),
            (json!({ "scope": "read", "exp": NOW }), Err(Fault::Expired)),
            (json!({ "scope": "read", "exp": -1 }), Err(Fault::Expired)),
            (json!({ "scope": "read", "exp": end as f64 + 0.5 }), Ok(Scope::Read)),
            (json!({ "scope": "read", "exp": end, "nbf": NOW + 1 }), Err(Fault::Early)),
            (json!({ "scope": "read", "exp": end, "nbf": NOW }), Ok(Scope::Read)),
            (json!({ "scope": "openid write", "exp": end }), Ok(Scope::Write)),
            (json!({ "scope": "openid", "exp": end }), Ok(Scope::Open)),
            (json!({ "exp": end }), Ok(Scope::Open)),
            (json!({ "scope": "admin", "exp": end, "aud": "other" }), Err(Fault::Void)),
            (json!({ "scope": "admin", "exp": end, "aud": ["other", "codegraph"] }), Ok(Scope::Admin)),
            (json!({ "scope": "admin", "exp": end, "iss": "codegraph", "sub": "nobody" }), Err(Fault::Void)),
            (json!([1]), Err(Fault::Void)),
        ] {
            assert_eq!(read(claims.clone()), wanted, "{claims}");
        }
    }

    #[test]
    fn a_token_may_do_no_more_and_last_no_longer_than_was_agreed() {
        let keys = keys("ci write key-of-ci");
        let key = keys.of_name("ci").unwrap();
        let day = Time(Duration::from_secs(86_400));
        let ask = |scope: Option<&str>, expires_in| {
            let wish = Wish { scope: scope.map(str::to_owned), expires_in };
            granted(&signer(), key, &wish, &day, NOW)
        };
        for (scope, lasts, status, told) in [
            (None, None, 200, r#""expires_in":86400,"scope":"write","#),
            (Some("read"), Some(60), 200, r#""expires_in":60,"scope":"read","#),
            (Some("write"), Some(1_000_000), 200, r#""expires_in":86400,"#),
            (Some("admin"), None, 403, ""),
            (Some("open"), None, 400, ""),
            (Some("all"), None, 400, ""),
        ] {
            let reply = ask(scope, lasts);
            assert_eq!(reply.status, status, "{scope:?}");
            if let super::super::super::call::Body::Bytes(_, body) = reply.body {
                let body = String::from_utf8(body).unwrap();
                assert!(body.contains(told), "{body}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_text_is_trouble(text in "[A-Za-z0-9_.-]{0,60}|.{0,40}") {
            prop_assert!(signer().read(&text, &Keys::default(), NOW).is_err());
        }
    }
}
