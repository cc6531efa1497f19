//! Apps and starters own modules.

mod users {
    savia::app! { name: "users" }
}

mod posts {
    savia::app! { name: "posts", requires: ["users"] }

    // A glob import brings the outer app's declaration along, and that is no second one.
    mod drafts {
        #[allow(unused_imports)]
        use super::*;
        savia::app! {
            name: "drafts",
            requires: [],
        }
    }
}

mod mail {
    savia::starter! { name: "mail" }
}

fn main() {
    let code = savia::run::run_with(["app", "check"].map(Into::into));
    assert_eq!(code, savia::ExitCode::SUCCESS);
}
