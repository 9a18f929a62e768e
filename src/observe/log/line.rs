//! A line of the log, in its two forms.

use super::Wanted;
use crate::config::{Level, LogFormat};
use serde_json::Value;
use std::fmt::Write as _;
use std::time::Duration;

/// Most bytes of one text in a line; the rest of a longer one is left out.
const MAX_TEXT: usize = 1024;

/// An event.
#[derive(Debug)]
pub struct Line<'a> {
    /// How much it matters.
    pub level: Level,
    /// What it is about.
    pub target: &'static str,
    /// What happened.
    pub msg: &'a str,
    /// More, in the order in which it is written; what is null is left out.
    pub fields: &'a [(&'static str, Value)],
}

impl Line<'_> {
    /// The line as it is written now, with its end.
    #[must_use]
    pub fn written(&self, format: LogFormat) -> String {
        let now = format!("{:.3}", jiff::Timestamp::now());
        match format {
            LogFormat::Json => self.json(&now),
            LogFormat::Pretty => self.pretty(&now),
        }
    }

    fn fields(&self) -> impl Iterator<Item = (&'static str, Value)> {
        self.fields.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (*name, cut(value)))
    }

    /// `{"ts":…,"level":…,"target":…,"msg":…,…}`: fields stand in their order.
    fn json(&self, now: &str) -> String {
        let mut out = format!(
            "{{\"ts\":\"{now}\",\"level\":\"{}\",\"target\":{},\"msg\":{}",
            self.level.name(),
            Value::from(self.target),
            cut(&Value::from(self.msg))
        );
        for (name, value) in self.fields() {
            let _ = write!(out, ",\"{name}\":{value}");
        }
        out.push('}');
        let mut out = tame(&out);
        out.push('\n');
        out
    }

    /// `<time> LEVEL target: message name=value …`; what a request's message says is not said again.
    fn pretty(&self, now: &str) -> String {
        let mut out = format!("{now} {:<5} {}: ", self.level.name().to_uppercase(), self.target);
        // What stands free must not look like a field or a line of its own.
        let msg = cut(&Value::from(self.msg)).to_string();
        out.push_str(&tame(msg.trim_matches('"')));
        let is_said = |name: &str| self.target == Served::TARGET && Served::IN_MSG.contains(&name);
        for (name, value) in self.fields().filter(|(name, _)| !is_said(name)) {
            let _ = write!(out, " {name}=");
            match value.as_str().filter(|text| is_word(text)) {
                Some(word) => out.push_str(word),
                None => out.push_str(&tame(&value.to_string())),
            }
        }
        out.push('\n');
        out
    }
}

fn is_word(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b'=');
    !text.is_empty() && text.bytes().all(is_plain)
}

/// The value with texts that are not too long.
fn cut(value: &Value) -> Value {
    match value.as_str() {
        Some(text) if text.len() > MAX_TEXT => {
            Value::from(format!("{}…", &text[..text.floor_char_boundary(MAX_TEXT)]))
        }
        _ => value.clone(),
    }
}

/// JSON in which no character acts on a terminal or ends a line: JSON itself escapes those below the space only.
fn tame(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        let acts = matches!(c, '\u{7f}'..='\u{9f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        if acts {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// A request that was answered.
#[derive(Debug, Default)]
pub struct Served<'a> {
    /// Its name.
    pub request_id: &'a str,
    /// The name of the trace that it belongs to.
    pub trace_id: Option<&'a str>,
    /// Its method.
    pub method: &'a str,
    /// The template of its route, `other` for what is none.
    pub endpoint: &'a str,
    /// The status of the answer.
    pub status: u16,
    /// From its first byte to its answer.
    pub time: Duration,
    /// The program that it says it comes from.
    pub user_agent: Option<&'a str>,
    /// Where it comes from.
    pub client: String,
    /// The name of the key that it has; never the key.
    pub key_id: Option<&'a str>,
    /// Bytes of the answer's body.
    pub bytes: u64,
    /// The project that it names.
    pub project: Option<&'a str>,
    /// The operations that it asks for, with commas between them.
    pub operation: Option<&'a str>,
    /// Probes and scrapes, which come all the time.
    pub is_probe: bool,
}

impl Served<'_> {
    pub(super) const TARGET: &'static str = "http";
    /// Fields that its message has too.
    const IN_MSG: [&'static str; 3] = ["method", "endpoint", "status"];

    /// Failures of ours are errors; probes that go well are of no interest.
    pub(super) const fn level(&self) -> Level {
        match self.status {
            500 => Level::Error,
            501.. => Level::Warn,
            _ if self.is_probe && self.status < 400 => Level::Debug,
            _ => Level::Info,
        }
    }

    pub(super) fn msg(&self) -> String {
        format!("{} {} {}", self.method, self.endpoint, self.status)
    }

    pub(super) fn fields(&self, wanted: Wanted) -> Vec<(&'static str, Value)> {
        let text = |value: Option<&str>| value.map_or(Value::Null, Value::from);
        let ms = (self.time.as_micros() as f64 / 100.0).round() / 10.0;
        vec![
            ("request_id", text(wanted.request_id.then_some(self.request_id))),
            ("trace_id", text(self.trace_id)),
            ("method", self.method.into()),
            ("endpoint", self.endpoint.into()),
            ("status", self.status.into()),
            ("response_time_ms", if wanted.response_time { ms.into() } else { Value::Null }),
            ("user_agent", text(self.user_agent.filter(|_| wanted.user_agent))),
            ("client", self.client.as_str().into()),
            ("key_id", text(self.key_id)),
            ("bytes", self.bytes.into()),
            ("project", text(self.project)),
            ("operation", text(self.operation)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What acts on a terminal or ends a line.
    const EVIL: &str = "a\r\nb\u{1b}[31mred\u{9b}0m\u{7f}\u{2028}\u{202e}end\" x=y";

    fn lines(format: LogFormat) -> String {
        let fields = [
            ("user_agent", EVIL.into()),
            ("none", Value::Null),
            ("bytes", 7.into()),
            ("word", "w/1.0".into()),
        ];
        Line { level: Level::Warn, target: "http", msg: EVIL, fields: &fields }.written(format)
    }

    #[test]
    fn no_text_of_a_client_ends_a_line_or_acts_on_a_terminal() {
        for format in [LogFormat::Json, LogFormat::Pretty] {
            let written = lines(format);
            let line = written.strip_suffix('\n').unwrap();
            assert!(!line.chars().any(|c| c.is_control() || c == '\u{2028}' || c == '\u{202e}'), "{line:?}");
        }
        let read: Value = serde_json::from_str(&lines(LogFormat::Json)).unwrap();
        assert_eq!((&read["msg"], &read["user_agent"]), (&EVIL.into(), &EVIL.into()));
        assert_eq!((&read["level"], read.get("none"), &read["bytes"]), (&"warn".into(), None, &7.into()));
        assert!(lines(LogFormat::Pretty).ends_with(" bytes=7 word=w/1.0\n"));
    }

    #[test]
    fn the_time_is_rfc_3339_in_milliseconds() {
        let read: Value = serde_json::from_str(&lines(LogFormat::Json)).unwrap();
        let time = read["ts"].as_str().unwrap();
        let shape: String = time.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
        assert_eq!(shape, "9999-99-99T99:99:99.999Z");
        let parsed: jiff::Timestamp = time.parse().unwrap();
        assert!(jiff::Timestamp::now().duration_since(parsed).as_secs().abs() < 60);
    }

    #[test]
    fn a_text_that_is_too_long_is_cut() {
        let long = "ä".repeat(MAX_TEXT);
        let fields = [("user_agent", long.as_str().into())];
        let written =
            Line { level: Level::Info, target: "http", msg: &long, fields: &fields }.written(LogFormat::Json);
        assert!(written.len() < 2 * MAX_TEXT + 200, "{}", written.len());
    }

    #[test]
    fn a_request_has_the_fields_that_are_wanted_and_no_others() {
        let served = Served {
            request_id: "r1",
            method: "GET",
            endpoint: "/api/v1/x",
            status: 200,
            time: Duration::from_micros(12_345),
            user_agent: Some("curl/8"),
            client: "127.0.0.1".to_owned(),
            bytes: 12,
            ..Served::default()
        };
        for bits in 0..8_u8 {
            let [request_id, user_agent, response_time] = [1, 2, 4].map(|bit| bits & bit != 0);
            let wanted = Wanted { request_id, user_agent, response_time };
            let fields = served.fields(wanted).into_iter().map(|(name, value)| (name.to_owned(), value));
            let read = Value::Object(fields.collect());
            assert_eq!(!read["request_id"].is_null(), request_id);
            assert_eq!(!read["user_agent"].is_null(), user_agent);
            assert_eq!(read["response_time_ms"], if response_time { 12.3.into() } else { Value::Null });
            assert_eq!(
                (&read["status"], &read["client"], &read["bytes"]),
                (&200.into(), &"127.0.0.1".into(), &12.into())
            );
        }
        let fields = served.fields(Wanted { request_id: true, user_agent: false, response_time: true });
        let line = Line { level: Level::Info, target: Served::TARGET, msg: &served.msg(), fields: &fields };
        let written = line.written(LogFormat::Pretty);
        let end = " http: GET /api/v1/x 200 request_id=r1 response_time_ms=12.3 client=127.0.0.1 bytes=12\n";
        assert!(written.ends_with(end), "{written}");
    }

    #[test]
    fn what_we_did_wrong_is_an_error_and_what_comes_all_the_time_is_not_told() {
        let level = |status, is_probe| Served { status, is_probe, ..Served::default() }.level();
        assert_eq!(
            [level(200, false), level(404, false), level(500, false), level(503, false)],
            [Level::Info, Level::Info, Level::Error, Level::Warn]
        );
        assert_eq!(
            [level(200, true), level(503, true), level(404, true)],
            [Level::Debug, Level::Warn, Level::Info]
        );
    }
}
