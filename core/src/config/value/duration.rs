//! Spans of time.

use std::time::Duration;

use serde_json::{Value, json};

use super::{ConfigError, ConfigValue, Input, Shape};

const WORDS: &str = "a duration with its unit, such as `250ms`, `30s`, `5m`, `2h` or `1h 30m`";

impl ConfigValue for Duration {
    fn shape() -> Shape {
        Shape::text(
            WORDS,
            json!({ "type": "string", "pattern": r"^\d+\s*[a-zµ]+(\s*\d+\s*[a-zµ]+)*$|^0$" }),
        )
    }

    fn read(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
        input.parsed(Self::shape(), |text| humantime::parse_duration(text).ok())
    }

    fn to_json(&self) -> Value {
        humantime::format_duration(*self).to_string().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Origin;
    use crate::config::Source;
    use crate::config::node::Node;

    fn read(text: &str) -> Result<Duration, String> {
        let node = Node::text(text, Origin::new(Source::Test("x".into())));
        Duration::read(&Input::new("x", Some(&node))).map_err(|faults| faults[0].to_string())
    }

    #[test]
    fn a_duration_needs_its_unit() {
        assert_eq!(read("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(read("1h 30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(read("0"), Ok(Duration::ZERO));
        assert_eq!(
            read("30").unwrap_err(),
            "`x` must be a duration with its unit, such as `250ms`, `30s`, `5m`, `2h` or `1h 30m`, \
             not 30 (test override x)"
        );
    }

    #[test]
    fn a_duration_is_written_as_it_is_read() {
        for text in ["250ms", "30s", "1h 30m", "0s"] {
            assert_eq!(read(text).unwrap().to_json(), json!(text));
        }
    }
}
