//! A model behind an address that speaks OpenAI's embeddings API: `POST …/v1/embeddings` with `model` and `input`, and
//! `data` with an `embedding` for each text in the answer.
//!
//! The key is in one header and nowhere else: it is taken out of whatever an endpoint says, and redirects are not
//! followed, so that it goes to no other address.

use super::{About, Known};
use crate::config::{EmbeddingModel, Secret, keys};
use crate::error::{Kind, Refusal, ResultExt as _};
use crate::observe::Cancel;
use anyhow::{Context as _, Result, anyhow};
use serde::Deserialize;
use std::time::{Duration, Instant};

/// Bytes of a text that are sent; what lies behind is left out, since many models refuse more than 512 pieces.
const MAX_TEXT: usize = 1_600;
/// Most bytes of an answer.
const MAX_ANSWER: u64 = 256 << 20;
/// Letters of what an endpoint says that are told.
const MAX_SAID: usize = 300;
/// Wait before a request is sent for the second time; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// Longest wait, also when the endpoint asks for more.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// How often a wait looks whether it is to end.
const POLL: Duration = Duration::from_millis(25);

/// An endpoint that gives vectors.
#[derive(Debug)]
pub struct Endpoint {
    about: About,
    agent: ureq::Agent,
    key: Secret,
    retries: u64,
    timeout: Duration,
}

/// What is read of an answer.
#[derive(Deserialize)]
struct Answer {
    data: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    index: Option<usize>,
    embedding: Vec<f32>,
}

/// Why a request gave nothing.
struct Failure {
    error: anyhow::Error,
    /// It may go well the next time.
    is_passing: bool,
    /// How long the endpoint asks to be left alone.
    wait: Option<Duration>,
}

impl Endpoint {
    /// The endpoint that the settings name. When nobody knows how many numbers a vector has, it is asked.
    ///
    /// # Errors
    /// [`Kind::Usage`] when a setting is missing or makes no sense; as [`Endpoint::passages`] when it has to be asked.
    pub(super) fn open(settings: &keys::Vector, known: &[Known], cancel: Option<&Cancel>) -> Result<Self> {
        Self::verify(settings)?;
        let source = address(&settings.embedding_url)?;
        let name = settings.embedding_name.clone();
        let same = known.iter().rev().find(|known| known.source == source && known.name == name);
        let wanted = usize::try_from(settings.dimension).unwrap_or(usize::MAX);
        let dimension = if wanted == 0 { same.map_or(0, |known| known.dimension) } else { wanted };
        let about = About {
            id: String::new(),
            kind: EmbeddingModel::Http,
            name,
            source,
            dimension,
            stamp: (0, 0),
            hash: [0; 16],
        };
        let mut endpoint = Self::with(about, settings);
        if dimension == 0 {
            let cancel = cancel.context("the endpoint was never asked for a vector")?;
            let first = endpoint.passages(&["fn main() {}"], cancel)?;
            endpoint.about.dimension = first.first().map_or(0, Vec::len);
        }
        endpoint.about.id = identity(&endpoint.about);
        Ok(endpoint)
    }

    /// Looks whether the settings name an endpoint and a model, without asking it.
    ///
    /// # Errors
    /// [`Kind::Usage`] when they do not.
    pub(super) fn verify(settings: &keys::Vector) -> Result<()> {
        address(&settings.embedding_url)?;
        if settings.embedding_name.is_empty() {
            return Err(anyhow!("vector.embedding_name is empty"))
                .kind(Kind::Usage)
                .hint("give the name of the model, as the endpoint knows it");
        }
        Ok(())
    }

    /// An endpoint that embedded something before. The key is that of the settings, and only when they name the same
    /// address: no other one gets it.
    pub(super) fn reopen(about: &About, settings: &keys::Vector) -> Result<Self> {
        let mut endpoint = Self::with(about.clone(), settings);
        if address(&settings.embedding_url).ok().as_ref() != Some(&about.source) {
            endpoint.key = Secret::default();
        }
        Ok(endpoint)
    }

    fn with(about: About, settings: &keys::Vector) -> Self {
        let timeout = settings.embedding_timeout.0;
        let builder = ureq::Agent::config_builder();
        // What is on this machine is asked without the proxy that the environment names.
        let builder = if is_here(&about.source) { builder.proxy(None) } else { builder };
        let agent = builder
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("codegraph/", env!("CARGO_PKG_VERSION")))
            .build()
            .into();
        let key = settings.embedding_api_key.clone();
        Self { about, agent, key, retries: settings.embedding_retries, timeout }
    }

    /// What is to be known of it.
    pub(super) const fn about(&self) -> &About {
        &self.about
    }

    /// The vectors of passages. A request that failed because the endpoint is busy or not there is sent again, after a
    /// wait that grows or that the endpoint asks for.
    ///
    /// # Errors
    /// When the endpoint cannot be reached, refuses, or gives something else; [`Kind::Interrupted`].
    pub(super) fn passages(&self, texts: &[&str], cancel: &Cancel) -> Result<Vec<Vec<f32>>> {
        let mut wait = FIRST_WAIT;
        let mut left = self.retries;
        loop {
            cancel.check()?;
            let failure = match self.ask(texts) {
                Ok(vectors) => return Ok(vectors),
                Err(failure) => failure,
            };
            if !failure.is_passing || left == 0 {
                return Err(failure.error);
            }
            left -= 1;
            pause(failure.wait.unwrap_or(wait).min(LONGEST_WAIT), cancel)?;
            wait *= 2;
        }
    }

    /// The vector of a question, by one request: who asks does not want to wait for another.
    ///
    /// # Errors
    /// As [`Endpoint::passages`].
    pub(super) fn question(&self, text: &str) -> Result<Vec<f32>> {
        let vectors = self.ask(&[text]).map_err(|failure| failure.error)?;
        vectors.into_iter().next().context("the endpoint gave no vector")
    }

    /// One request.
    fn ask(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, Failure> {
        let texts: Vec<&str> = texts.iter().map(|text| head(text)).collect();
        let n = texts.len();
        let body = serde_json::json!({
            "model": self.about.name, "input": texts, "encoding_format": "float"
        });
        let mut request = self.agent.post(&self.about.source).header("Content-Type", "application/json");
        if !self.key.is_empty() {
            request = request.header("Authorization", format!("Bearer {}", self.key.reveal()));
        }
        let sent = request.send(body.to_string().as_bytes());
        let mut response = sent.map_err(|error| self.unreachable(&error))?;
        let status = response.status().as_u16();
        if status != 200 {
            let Refusal { wait, said } = Refusal::of(response);
            return Err(Failure { wait, ..self.refused(status, &String::from_utf8_lossy(&said)) });
        }
        let said = response.body_mut().with_config().limit(MAX_ANSWER).read_to_vec();
        let said = said.map_err(|error| self.unreachable(&error))?;
        self.vectors(&said, n).map_err(|error| Failure {
            error: error.context(format!("the endpoint {} gives no vectors", self.about.source)),
            is_passing: false,
            wait: None,
        })
    }

    /// The vectors of an answer, in the order of the texts.
    fn vectors(&self, said: &[u8], n: usize) -> Result<Vec<Vec<f32>>> {
        let answer: Answer = serde_json::from_slice(said)
            .map_err(|error| anyhow!("its answer is not as expected: {error}"))
            .hint("`vector.embedding_url` names an address that speaks OpenAI's embeddings API, such as http://127.0.0.1:8080/v1/embeddings")?;
        if answer.data.len() != n {
            return Err(anyhow!("it was asked for {n} vectors and gave {}", answer.data.len()))
                .hint("with a smaller `vector.batch_size` it may give all of them");
        }
        let mut vectors = vec![Vec::new(); n];
        for (at, item) in answer.data.into_iter().enumerate() {
            let known = self.about.dimension;
            let got = item.embedding.len();
            if got == 0 || (known != 0 && got != known) {
                return Err(anyhow!("a vector of it has {got} numbers, but {known} are expected"))
                    .kind(Kind::Usage)
                    .hint(format!("if it is another model now, set `vector.dimension` to {got}"));
            }
            let place = vectors.get_mut(item.index.unwrap_or(at)).filter(|place| place.is_empty());
            *place.context("it gives two vectors for one text")? = item.embedding;
        }
        Ok(vectors)
    }

    fn unreachable(&self, error: &ureq::Error) -> Failure {
        let source = &self.about.source;
        let (kind, text, hint, is_passing) = match error {
            ureq::Error::Timeout(_) => (
                Kind::TimedOut,
                format!("the endpoint {source} did not answer within {} ms", self.timeout.as_millis()),
                "set `vector.embedding_timeout` higher or `vector.batch_size` lower",
                true,
            ),
            ureq::Error::HostNotFound => (
                Kind::Usage,
                format!("the endpoint {source} has a name that nobody knows"),
                "`vector.embedding_url` names the endpoint",
                false,
            ),
            ureq::Error::BadUri(_) | ureq::Error::Http(_) | ureq::Error::Tls(_) | ureq::Error::Rustls(_) => (
                Kind::Internal,
                format!("the endpoint {source} cannot be asked: {error}"),
                "`vector.embedding_url` names the endpoint; its certificate must be one that the web trusts",
                false,
            ),
            other => (
                Kind::Internal,
                format!("the endpoint {source} cannot be reached: {other}"),
                if source.starts_with("https://") {
                    "start it, or name another one as `vector.embedding_url`; its certificate must be one that the web trusts"
                } else {
                    "start it, or name another one as `vector.embedding_url`"
                },
                true,
            ),
        };
        let error = Err::<(), _>(anyhow!(self.without_key(&text))).kind(kind).hint(hint);
        Failure { error: error.err().unwrap_or_else(|| anyhow!("no error")), is_passing, wait: None }
    }

    fn refused(&self, status: u16, said: &str) -> Failure {
        let said: String = said.split_whitespace().collect::<Vec<_>>().join(" ");
        let said: String = said.chars().filter(|c| !c.is_control()).take(MAX_SAID).collect();
        let (kind, hint) = match status {
            401 | 403 => (
                Kind::Denied,
                "give the key as `vector.embedding_api_key`, or in the variable CODEGRAPH_VECTOR_EMBEDDING_API_KEY",
            ),
            404 | 405 | 300..=399 => (
                Kind::Usage,
                "`vector.embedding_url` ends in /v1/embeddings with most endpoints, and `vector.embedding_name` is the model's name there",
            ),
            429 => (Kind::Internal, "wait, or raise `vector.embedding_retries`; what was embedded is kept"),
            500..=599 => (Kind::Internal, "look at the endpoint's own log; what was embedded is kept"),
            _ => (Kind::Internal, "`vector.embedding_name` and `vector.batch_size` must suit the endpoint"),
        };
        let text = format!("the endpoint {} answers {status}: {said}", self.about.source);
        let error = Err::<(), _>(anyhow!(self.without_key(&text))).kind(kind).hint(hint);
        let is_passing = matches!(status, 408 | 429 | 500 | 502 | 503 | 504);
        Failure { error: error.err().unwrap_or_else(|| anyhow!("no error")), is_passing, wait: None }
    }

    /// A text in which the key does not stand.
    fn without_key(&self, text: &str) -> String {
        if self.key.is_empty() { text.to_owned() } else { text.replace(self.key.reveal(), "***") }
    }
}

/// The whole address, from one that may end before `/embeddings`.
fn address(url: &str) -> Result<String> {
    let wrong = |why: &str| {
        Err(anyhow!("vector.embedding_url {why}"))
            .kind(Kind::Usage)
            .hint("give an address such as http://127.0.0.1:8080/v1/embeddings")
    };
    let url = url.trim().trim_end_matches('/');
    if url.is_empty() {
        return wrong("is empty");
    }
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    let Some(rest) = rest else { return wrong("does not begin with http:// or https://") };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.contains('@') {
        return wrong("holds a name or password: `vector.embedding_api_key` is the place for it");
    }
    if host.is_empty() || rest.contains(['?', '#']) {
        return wrong("is no address of an endpoint");
    }
    Ok(if url.ends_with("/embeddings") { url.to_owned() } else { format!("{url}/embeddings") })
}

/// True when an address leads to this machine.
fn is_here(address: &str) -> bool {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default();
    let host = match host.strip_prefix('[').and_then(|host| host.split_once(']')) {
        Some((host, _)) => host,
        None => host.split(':').next().unwrap_or_default(),
    };
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn identity(about: &About) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [&about.source, &about.name, &about.dimension.to_string()] {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    let hash = hasher.finalize().to_hex();
    format!("{}:{}", about.kind.name(), hash.get(..32).unwrap_or_default())
}

/// The beginning of a text.
fn head(text: &str) -> &str {
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// Waits, unless it is told to stop.
fn pause(time: Duration, cancel: &Cancel) -> Result<()> {
    let since = Instant::now();
    while let Some(left) = time.checked_sub(since.elapsed()).filter(|left| !left.is_zero()) {
        cancel.check()?;
        std::thread::sleep(left.min(POLL));
    }
    cancel.check()
}

#[cfg(test)]
mod tests {
    use super::{MAX_TEXT, address, head, is_here};

    #[test]
    fn an_address_may_end_before_the_last_part_and_holds_no_password() {
        for url in ["http://h:1/v1", "http://h:1/v1/", "http://h:1/v1/embeddings"] {
            assert_eq!(address(url).unwrap(), "http://h:1/v1/embeddings");
        }
        for url in ["", "h:1/v1", "ftp://h", "http://", "http:///v1", "https://a:b@h/v1", "http://h/v1?key=x"]
        {
            assert!(address(url).is_err(), "{url}");
        }
    }

    #[test]
    fn only_loopback_addresses_are_on_this_machine() {
        for url in
            ["http://127.0.0.1:8080/v1", "https://localhost/v1", "http://[::1]:1/v1", "http://LOCALHOST:1"]
        {
            assert!(is_here(url), "{url}");
        }
        for url in
            ["http://10.0.0.1/v1", "https://localhost.example/v1", "http://[::2]/v1", "https://a/localhost"]
        {
            assert!(!is_here(url), "{url}");
        }
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(head("short"), "short");
        let long = "é".repeat(MAX_TEXT);
        assert_eq!(head(&long).len(), MAX_TEXT);
        assert_eq!(head(&format!("x{long}")).len(), MAX_TEXT - 1);
    }
}
