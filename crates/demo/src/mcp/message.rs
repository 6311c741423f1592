//! One JSON-RPC 2.0 message, and one JSON-RPC error.

use http::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::reply::{self, Reply};

/// What a POST can carry.
#[derive(Clone, Debug)]
pub(crate) enum Message {
    Notification { method: String, params: Value },
    Request { id: Value, method: String, params: Value },
    Response { id: Value, answer: Value },
}

static NOTHING: Value = Value::Null;

impl Message {
    /// One message; a batch is not one (removed since 2025-06-18, and this server never took any).
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Fault> {
        let Ok(mut message) = serde_json::from_slice::<Value>(body) else {
            return Err(Fault::new(-32700, "Parse error"));
        };
        if !message.is_object() || message["jsonrpc"] != "2.0" {
            return Err(Fault::new(-32600, "Invalid Request: one JSON-RPC 2.0 message is expected"));
        }
        let params = message["params"].take();
        let id = message.get("id").cloned();
        match (message["method"].as_str().map(str::to_owned), id) {
            (Some(method), Some(id)) if id.is_string() || id.is_number() => Ok(Self::Request { id, method, params }),
            (Some(method), None) => Ok(Self::Notification { method, params }),
            (None, Some(id)) if message.get("result").is_some() || message.get("error").is_some() => {
                Ok(Self::Response { id, answer: message })
            }
            _ => Err(Fault::new(-32600, "Invalid Request")),
        }
    }

    /// The method; `response` where it is an answer.
    pub(crate) fn method(&self) -> &str {
        match self {
            Self::Notification { method, .. } | Self::Request { method, .. } => method,
            Self::Response { .. } => "response",
        }
    }

    pub(crate) fn params(&self) -> &Value {
        match self {
            Self::Notification { params, .. } | Self::Request { params, .. } => params,
            Self::Response { .. } => &NOTHING,
        }
    }

    /// The id, or null where there is none.
    pub(crate) fn id(&self) -> &Value {
        match self {
            Self::Request { id, .. } | Self::Response { id, .. } => id,
            Self::Notification { .. } => &NOTHING,
        }
    }
}

/// The arguments of a tool call, byte for byte as they came.
pub(crate) fn exact_arguments(body: &[u8]) -> Option<&str> {
    #[derive(Deserialize)]
    struct Called<'a> {
        #[serde(borrow)]
        params: Params<'a>,
    }
    #[derive(Deserialize)]
    struct Params<'a> {
        #[serde(borrow)]
        arguments: &'a RawValue,
    }
    serde_json::from_slice::<Called<'_>>(body).ok().map(|called| called.params.arguments.get())
}

/// A JSON-RPC error.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) code: i64,
    message: String,
    data: Value,
}

impl Fault {
    pub(crate) fn new(code: i64, message: &str) -> Self {
        Self { code, message: message.to_owned(), data: Value::Null }
    }

    pub(crate) fn with(self, data: Value) -> Self {
        Self { data, ..self }
    }

    pub(crate) fn reply(&self, status: StatusCode, id: &Value) -> Reply {
        reply::json(status, &self.answer(id))
    }

    pub(crate) fn answer(&self, id: &Value) -> Value {
        let mut error = json!({ "code": self.code, "message": self.message });
        if !self.data.is_null() {
            error["data"] = self.data.clone();
        }
        json!({ "jsonrpc": "2.0", "id": id, "error": error })
    }
}

/// A JSON-RPC result.
pub(crate) fn success(id: &Value, result: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "result": result })
}
