//! Access tokens that are broken, or taken elsewhere than from the one header.

use serde_json::json;

use crate::application::{Site, site};
use crate::forge::{Forge, base64url};

/// No token among these lets anybody in, and each is answered alike.
pub(crate) async fn refused(site: &Site, tokens: impl IntoIterator<Item = String>) {
    for token in tokens {
        let answer = site.with(&token).await;
        assert_eq!(answer.status(), 401, "{token}");
        let code = answer.json::<serde_json::Value>()["code"].clone();
        assert!(
            code == "invalid_token" || code == "token_expired" || code.is_null(),
            "{code}"
        );
        assert!(!answer.text().contains("signature"), "{}", answer.text());
        let public = site.get("/notes/public").bearer(&token).send().await;
        public.assert_status(200).assert_text("nobody");
    }
}

#[tokio::test]
async fn a_good_token_is_believed() {
    let site = site(&[]).await;
    let forge = Forge::new();
    let token = forge.sign(&forge.header(), &Forge::claims());
    for _ in 0..3 {
        site.with(&token).await.assert_status(200).assert_text("1");
    }
    site.get("/notes")
        .header("authorization", format!("bEARER  {token}"))
        .send()
        .await
        .assert_status(200);
    site.get("/notes/public")
        .bearer(&token)
        .send()
        .await
        .assert_text("1");
}

#[tokio::test]
async fn truncated_tokens() {
    let site = site(&[]).await;
    let forge = Forge::new();
    let token = forge.sign(&forge.header(), &Forge::claims());
    site.with(&token).await.assert_status(200);
    let cut = (0..token.len())
        .step_by(7)
        .chain(token.len() - 4..token.len());
    refused(
        &site,
        cut.filter(|at| *at > 0).map(|at| token[..at].to_owned()),
    )
    .await;
}

#[tokio::test]
async fn bit_flipped_tokens() {
    let site = site(&[]).await;
    let forge = Forge::new();
    let token = forge.sign(&forge.header(), &Forge::claims());
    // It has been seen: what is near to it must not be found in its place.
    site.with(&token).await.assert_status(200);
    let flipped = (0..token.len()).map(|at| {
        let mut bytes = token.clone().into_bytes();
        // Another letter that is written the same way.
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    });
    refused(&site, flipped).await;
}

#[tokio::test]
async fn other_spellings_of_a_token() {
    let site = site(&[]).await;
    let forge = Forge::new();
    let token = forge.sign(&forge.header(), &Forge::claims());
    site.with(&token).await.assert_status(200);
    let parts: Vec<_> = token.split('.').collect();
    refused(
        &site,
        [
            format!("{token}="),
            format!("{token}."),
            format!(".{token}"),
            format!("{token}.{}", parts[2]),
            format!("{}..{}", parts[0], parts[2]),
            format!("{}.{}.", parts[0], parts[1]),
            format!("{}=.{}.{}", parts[0], parts[1], parts[2]),
            format!("{} .{}.{}", parts[0], parts[1], parts[2]),
            format!("{token},{token}"),
            format!("{token} {token}"),
            "..".into(),
            ".".into(),
            "null".into(),
            token.to_uppercase(),
            token.replace('.', "%2E"),
        ],
    )
    .await;
}

#[tokio::test]
async fn claims_of_one_token_with_the_signature_of_another() {
    let site = site(&[]).await;
    let forge = Forge::new();
    let token = forge.sign(&forge.header(), &Forge::claims());
    let admin =
        base64url(crate::forge::changed(Forge::claims(), "roles", json!(["ADMIN"])).to_string());
    let parts: Vec<_> = token.split('.').collect();
    let swapped = format!("{}.{admin}.{}", parts[0], parts[2]);
    refused(&site, [swapped.clone()]).await;
    site.get("/notes/admin")
        .bearer(&swapped)
        .send()
        .await
        .assert_status(401);
}

#[tokio::test]
async fn oversized_tokens() {
    let site = site(&[]).await;
    let forge = Forge::new();
    let long = forge.with_claim("padding", json!("x".repeat(7_000)));
    refused(
        &site,
        [
            long,
            "a".repeat(9_000),
            format!("{}.{}.a", "a".repeat(4_000), "b".repeat(4_000)),
        ],
    )
    .await;
    let status = site.with(&"a".repeat(200_000)).await.status();
    assert!([400, 401, 431].contains(&status), "{status}");
}

#[tokio::test]
async fn two_authorization_headers() {
    let site = site(&[]).await;
    let forge = Forge::new();
    let token = forge.sign(&forge.header(), &Forge::claims());
    site.with(&token).await.assert_status(200);
    for other in [
        format!("Bearer {token}"),
        "Bearer other".to_owned(),
        "Basic YTpi".to_owned(),
    ] {
        let twice = [
            ("Bearer ".to_owned() + &token, other.clone()),
            (other, "Bearer ".to_owned() + &token),
        ];
        for (first, second) in twice {
            let request = site.get("/notes").header("authorization", &first);
            let head = format!(
                "GET /notes HTTP/1.1\r\nhost: a\r\nauthorization: {first}\r\nauthorization: {second}\r\nconnection: close\r\n\r\n"
            );
            drop(request);
            let answer = String::from_utf8(site.raw(head).await).unwrap();
            assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
        }
    }
}

#[tokio::test]
async fn a_token_anywhere_but_in_the_header() {
    let site = site(&[]).await;
    let forge = Forge::new();
    let token = forge.sign(&forge.header(), &Forge::claims());
    site.get("/notes")
        .query("access_token", &token)
        .send()
        .await
        .assert_status(401);
    site.get("/notes")
        .query("token", &token)
        .send()
        .await
        .assert_status(401);
    site.get("/notes")
        .cookie("access_token", &token)
        .send()
        .await
        .assert_status(401);
    site.get("/notes")
        .header("x-access-token", &token)
        .send()
        .await
        .assert_status(401);
    site.get("/notes")
        .header("proxy-authorization", format!("Bearer {token}"))
        .send()
        .await
        .assert_status(401);
    for scheme in ["", "Token ", "JWT ", "Bearer:", "Bearer\t", "Digest "] {
        let request = site
            .get("/notes")
            .header("authorization", format!("{scheme}{token}"));
        request.send().await.assert_status(401);
    }
    let body = site
        .post("/notes")
        .form(&[("access_token", &token)])
        .send()
        .await;
    body.assert_status(401);
}

#[tokio::test]
async fn other_tokens_of_ours_in_its_place() {
    let site = site(&[]).await;
    let pair = site.registered().await;
    site.with(&pair.access).await.assert_status(200);
    refused(
        &site,
        [
            pair.refresh.clone(),
            pair.refresh.split('.').next().unwrap().to_owned(),
        ],
    )
    .await;
    site.post_json(
        "/auth/password/forgot",
        json!({ "email": crate::application::EMAIL }),
    )
    .await
    .assert_status(202);
    let mails = site.mailbox.wait(1).await;
    let savia::AccountMessage::ResetPassword { token, .. } = &mails[0] else {
        panic!("{mails:?}")
    };
    refused(&site, [token.clone()]).await;
    site.refresh(&pair.access).await.assert_status(422);
}
