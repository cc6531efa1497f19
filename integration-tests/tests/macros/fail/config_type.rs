//! A type that is no configuration value says what to do.

#[derive(Clone, Debug)]
pub struct Money(u64);

#[savia::config("shop")]
pub struct ShopConfig {
    pub price: Money,
}

#[savia::config("mail")]
pub struct MailConfig {
    #[default("ten")]
    pub retries: u32,
}

fn main() {}
