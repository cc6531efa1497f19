//! A route of every kind.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};
use savia_core::Result;
use savia_core::dto;
use savia_core::repository::{Page, PageRequest};
use savia_starter_web::actix_web;
use savia_starter_web::extract::FromHeader;
use savia_starter_web::{
    Body, Created, Form, Header, Html, Json, NoContent, Path, Query, Respond, controller, routes,
};

savia_core::app! { name: "orders" }

/// An order.
#[dto]
pub(crate) struct Order {
    /// Its number.
    pub(crate) id: i64,
    /// What the customer said.
    #[garde(length(max = 200))]
    pub(crate) note: Option<String>,
    #[garde(dive)]
    pub(crate) lines: Vec<Line>,
    pub(crate) state: State,
}

/// A line of an order.
#[dto]
pub(crate) struct Line {
    #[garde(length(min = 1, max = 40))]
    pub(crate) article: String,
    #[garde(range(min = 1, max = 99))]
    pub(crate) count: u32,
}

/// How far an order has come.
#[dto]
pub(crate) enum State {
    /// It can still be changed.
    Open,
    /// It is on its way.
    Sent,
}

/// A new order.
#[dto]
pub(crate) struct NewOrder {
    #[garde(length(min = 1), dive)]
    pub(crate) lines: Vec<Line>,
}

/// Which orders are wanted.
#[dto]
pub(crate) struct Filter {
    /// Only those that have come so far.
    pub(crate) state: Option<State>,
    /// Only those of at least so many lines.
    #[garde(range(min = 1))]
    pub(crate) lines: u32,
}

#[dto]
pub(crate) struct Place {
    #[garde(length(min = 2, max = 2))]
    pub(crate) country: String,
    /// The town.
    pub(crate) town: String,
}

pub(crate) struct IdempotencyKey;

impl FromHeader for IdempotencyKey {
    const NAME: &'static str = "idempotency-key";

    fn from_header(_: &str) -> std::result::Result<Self, String> {
        Ok(Self)
    }
}

#[controller("/orders")]
pub(crate) struct OrderController;

fn order(id: i64) -> Order {
    Order {
        id,
        note: None,
        lines: Vec::new(),
        state: State::Open,
    }
}

#[routes]
impl OrderController {
    /// The orders, a page
    /// at a time.
    ///
    /// *All* of them, unless a filter says otherwise.
    #[get]
    async fn index(&self, _filter: Query<Filter>, page: Query<PageRequest>) -> Json<Page<Order>> {
        Json(Page::new(vec![order(1)], &page, 1))
    }

    /// One order.
    #[get("/{id}")]
    async fn show(&self, id: Path<i64>) -> Result<Option<Json<Order>>> {
        Ok((*id == 1).then(|| Json(order(1))))
    }

    /// Orders something.
    #[post]
    #[secured("orders:write")]
    async fn create(
        &self,
        _key: Header<IdempotencyKey>,
        Json(new): Json<NewOrder>,
    ) -> Result<Created<Order>> {
        Ok(Created::at(
            "/orders/2",
            Order {
                lines: new.lines,
                ..order(2)
            },
        ))
    }

    /// Replaces an order.
    #[put("/{id}")]
    #[secured(any("orders:write", role = "ADMIN"))]
    async fn replace(self: Arc<Self>, id: Path<i64>, new: Json<Order>) -> NoContent {
        let _ = (id, new);
        NoContent
    }

    /// Looks at an order again.
    #[post("/{id}/review", status = 202, timeout = "5s", body_limit = "1KiB")]
    #[public]
    fn review(
        &self,
        id: Path<i64>,
        key: Option<Header<IdempotencyKey>>,
        why: Option<Json<String>>,
    ) -> Json<i64> {
        let _ = (key, why);
        Json(*id)
    }

    #[delete("/{id}")]
    #[deprecated]
    fn remove(&self) {}

    /// The orders of a month.
    #[get(r"/of/{year:\d{4}}-{month:\d\d}")]
    fn month(&self, month: Path<(u16, u8)>) -> String {
        format!("{}-{}", month.0.0, month.0.1)
    }

    /// The orders of a town.
    #[get("/from/{country}/{town}")]
    fn town(&self, place: Path<Place>) -> Json<BTreeMap<String, u32>> {
        Json(BTreeMap::from([(place.into_inner().town, 1)]))
    }

    #[post("/search")]
    fn search(&self, filter: Form<Filter>) -> Html<String> {
        Html(filter.lines.to_string())
    }

    #[put("/{id}/receipt/{name}*")]
    fn receipt(&self, body: Body, any: Query<BTreeMap<String, String>>) -> HttpResponse {
        let _ = (body, any);
        HttpResponse::Accepted().finish()
    }

    #[get("/count")]
    #[head("/count")]
    async fn count(&self, _request: HttpRequest) -> impl Respond {
        "1"
    }

    #[get("/secret", hidden)]
    fn secret(&self) {}
}
