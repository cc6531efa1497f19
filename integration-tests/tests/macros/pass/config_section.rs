//! Every kind of field that a section may have.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use savia::config::{ByteSize, Config, ConfigSection, ConfigValue, Secret, Sources};

/// The shop.
#[savia::config("shop")]
#[derive(PartialEq)]
pub struct ShopConfig {
    /// Products on a page.
    #[default(20)]
    #[garde(range(min = 1, max = MOST))]
    pub page_size: u32,
    #[default("pictures")]
    pub pictures: PathBuf,
    #[default("1h 30m")]
    pub ttl: Duration,
    #[default(ByteSize::mib(10))]
    pub limit: ByteSize,
    #[default(["127.0.0.1", "::1"])]
    pub allowed: Vec<IpAddr>,
    #[default("[::1]:80")]
    pub upstream: SocketAddr,
    #[default]
    pub synonyms: BTreeMap<String, Vec<String>>,
    #[default]
    pub raw: HashMap<String, serde_json::Value>,
    #[default('x')]
    pub mark: char,
    #[default("hidden")]
    pub word: Secret<String>,
    #[secret]
    #[garde(length(min = 8))]
    pub password: Option<String>,
    #[default]
    pub currency: Currency,
    #[default]
    #[garde(dive)]
    pub carrier: Carrier,
    // A field may be named as the macro's own variables are.
    #[default(1)]
    pub reader: u8,
    #[default(2)]
    pub input: u8,
    #[key("kind")]
    pub r#type: Option<String>,
}

const MOST: u32 = 100;

#[savia::config]
#[derive(PartialEq)]
pub struct Carrier {
    #[default("https://carrier.example")]
    #[garde(url)]
    url: String,
}

#[savia::config]
#[derive(Copy, PartialEq)]
pub enum Currency {
    #[default]
    Euro,
    #[key("usd")]
    UsDollar,
}

/// What must be said has no `Default`.
#[savia::config("mailer")]
pub struct MailerConfig {
    pub sender: String,
    #[default(1)]
    #[garde(range(min = 1))]
    pub least: u32,
    #[default(9)]
    #[garde(custom(at_least(&self.least)))]
    pub most: u32,
}

fn at_least(least: &u32) -> impl FnOnce(&u32, &()) -> garde::Result + '_ {
    move |most, ()| {
        if most < least { Err(garde::Error::new("less than `least`")) } else { Ok(()) }
    }
}

fn main() {
    let sources = Sources::in_dir("/nowhere").over("mailer", serde_json::json!({ "sender": "a", "most": 0 }));
    let config = Config::load(sources).unwrap();
    let shop: ShopConfig = config.section().unwrap();
    assert!(shop == ShopConfig::default());
    assert_eq!(ShopConfig::SECTION, "shop");
    assert_eq!(Currency::UsDollar.to_json(), "usd");
    assert!(!format!("{shop:?}").contains("hidden"));
    let _injectable: Arc<ShopConfig> = Arc::new(shop.clone());
    let faults = config.section::<MailerConfig>().unwrap_err();
    assert_eq!(faults.len(), 1);
    assert!(faults[0].to_string().contains("`mailer.most` breaks its rule: less than `least`"));
}
