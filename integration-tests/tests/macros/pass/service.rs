//! Every field that a component may have, and every option.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use savia::{Container, service};

savia::app! { name: "posts" }

trait Mailer: Send + Sync {
    fn name(&self) -> &'static str;
}

#[service(provides(dyn Mailer), order = 2, qualifier = "smtp")]
#[derive(Debug, Default)]
struct SmtpMailer;

impl Mailer for SmtpMailer {
    fn name(&self) -> &'static str {
        "smtp"
    }
}

#[service(provides(dyn Mailer, dyn ToText), primary, order = -1)]
struct NullMailer {}

impl Mailer for NullMailer {
    fn name(&self) -> &'static str {
        "null"
    }
}

trait ToText: Send + Sync {}

impl ToText for NullMailer {}

#[service(provides(dyn Mailer), conditional(profile = "nowhere"), conditional(app = "posts"))]
struct Absent;

impl Mailer for Absent {
    fn name(&self) -> &'static str {
        "absent"
    }
}

#[savia::config("posts")]
struct PostsConfig {
    #[default(20)]
    page_size: u32,
}

/// The names that generated code uses for itself are free for the user's.
fn context() -> u64 {
    7
}

#[service]
struct PostService {
    mailer: Arc<dyn Mailer>,
    #[qualifier("smtp")]
    smtp: Arc<dyn Mailer>,
    all: Vec<Arc<dyn Mailer>>,
    maybe: Option<Arc<Absent>>,
    null: Arc<NullMailer>,
    #[config]
    config: Arc<PostsConfig>,
    #[value("posts.page_size")]
    page_size: u32,
    #[value("posts.title", default = "Posts".to_owned())]
    title: String,
    #[value("posts.title", default = "Again".to_owned())]
    again: String,
    #[value("posts.subtitle")]
    subtitle: Option<String>,
    #[init]
    served: AtomicU64,
    #[init(context())]
    seven: u64,
    #[init(Instant::now())]
    since: Instant,
    #[cfg(any())]
    never: Arc<DoesNotExist>,
    r#type: Arc<SmtpMailer>,
}

#[savia::command(needs = "ready")]
fn inspect(posts: Arc<PostService>) {
    assert_eq!(posts.mailer.name(), "null");
    assert_eq!(posts.smtp.name(), "smtp");
    assert_eq!(posts.all.iter().map(|it| it.name()).collect::<Vec<_>>(), ["null", "smtp"]);
    assert!(posts.maybe.is_none());
    assert_eq!(posts.null.name(), "null");
    assert_eq!(posts.config.page_size, 20);
    assert_eq!(posts.page_size, 20);
    assert_eq!((posts.title.as_str(), posts.again.as_str()), ("Posts", "Again"));
    assert_eq!(posts.subtitle, None);
    assert_eq!(posts.served.load(Ordering::Relaxed), 0);
    assert_eq!(posts.seven, 7);
    assert!(posts.since <= Instant::now());
    assert_eq!(format!("{:?}", posts.r#type), "SmtpMailer");
}

fn main() {
    fn is_component<T: savia::shaku::Component<Container>>() {}
    is_component::<PostService>();
    let code = savia::run::run_with(["app", "inspect"].map(Into::into));
    assert_eq!(code, savia::ExitCode::SUCCESS);
}
