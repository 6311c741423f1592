//! Facts as Cedar's principal, action, resource and context.

use crate::arguments::{self, Inspection};
use crate::facts::{Action, Facts};
use cedar_policy::{Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, RestrictedExpression};
use std::collections::{HashMap, HashSet};
use std::str::FromStr as _;
use std::sync::LazyLock;

/// Who acts on what: everything of the facts but the context. Does not change from call to call.
#[derive(Debug)]
pub(crate) struct Parties {
    pub(crate) principal: EntityUid,
    pub(crate) attended: EntityUid,
    pub(crate) unattended: EntityUid,
    pub(crate) resource: EntityUid,
    pub(crate) server: EntityUid,
    pub(crate) entities: Entities,
}

/// What Cedar refused to build. It never should; what cannot be built is denied.
#[derive(Debug)]
pub(crate) struct Unbuildable;

impl Parties {
    pub(crate) fn of(facts: &Facts<'_>) -> Result<Self, Unbuildable> {
        let principal = uid(&APP, facts.app);
        let server = uid(&SERVER, facts.server.as_str());
        let mut app = HashMap::from([("name".to_owned(), text(facts.app))]);
        app.extend(facts.app_path.map(|path| ("path".to_owned(), text(path))));
        let mut entities = vec![
            entity(&principal, app, HashSet::new())?,
            entity(&server, place(facts, facts.server.as_str()), HashSet::new())?,
        ];
        let resource = match facts.action {
            Action::Call { tool, .. } => {
                // A server's name holds no `/`, so that two tools never share an id.
                let resource = uid(&TOOL, &format!("{}/{tool}", facts.server));
                let mut attributes = place(facts, tool);
                attributes.insert("server".to_owned(), RestrictedExpression::new_entity_uid(server.clone()));
                entities.push(entity(&resource, attributes, HashSet::from([server.clone()]))?);
                resource
            }
            Action::Answer { .. } | Action::Connect { .. } | Action::Read { .. } => server.clone(),
        };
        let name = facts.action.name();
        Ok(Self {
            principal,
            attended: uid(&ACTION, name),
            unattended: uid(&ACTION, &format!("{name}_unattended")),
            resource,
            server,
            entities: Entities::from_entities(entities, None).map_err(|_| Unbuildable)?,
        })
    }
}

/// The context of one request, and whether it shows all there is.
pub(crate) fn context(facts: &Facts<'_>) -> Result<(Context, Inspection), Unbuildable> {
    let mut pairs: Vec<(String, RestrictedExpression)> = Vec::with_capacity(2);
    let mut inspection = Inspection::Complete;
    match facts.action {
        Action::Answer { kind } => pairs.push(("kind".to_owned(), text(kind))),
        Action::Call { arguments, .. } => {
            let record = arguments::to_cedar(arguments);
            inspection = if record.is_some() { Inspection::Complete } else { Inspection::Impossible };
            let empty = || RestrictedExpression::new_record([]).map_err(|_| Unbuildable);
            pairs.push(("uninspectable".to_owned(), RestrictedExpression::new_bool(record.is_none())));
            pairs.push(("arguments".to_owned(), record.map_or_else(empty, Ok)?));
        }
        Action::Connect { issuer, scopes } => {
            pairs.extend(issuer.map(|issuer| ("issuer".to_owned(), text(issuer))));
            pairs.push(("scopes".to_owned(), RestrictedExpression::new_set(scopes.iter().map(text))));
        }
        Action::Read { method, uri } => {
            pairs.push(("method".to_owned(), text(method)));
            pairs.extend(uri.map(|uri| ("uri".to_owned(), text(uri))));
        }
    }
    Ok((Context::from_pairs(pairs).map_err(|_| Unbuildable)?, inspection))
}

impl Action<'_> {
    /// The action's name in rules, without `_unattended`.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Answer { .. } => "answer",
            Self::Call { .. } => "call",
            Self::Connect { .. } => "connect",
            Self::Read { .. } => "read",
        }
    }
}

fn place(facts: &Facts<'_>, name: &str) -> HashMap<String, RestrictedExpression> {
    HashMap::from([
        ("name".to_owned(), text(name)),
        ("host".to_owned(), text(facts.host)),
        ("account".to_owned(), text(facts.account.as_str())),
    ])
}

fn entity(
    uid: &EntityUid,
    attributes: HashMap<String, RestrictedExpression>,
    parents: HashSet<EntityUid>,
) -> Result<Entity, Unbuildable> {
    Entity::new(uid.clone(), attributes, parents).map_err(|_| Unbuildable)
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

fn text(text: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(text.to_owned())
}

fn kind(name: &str) -> EntityTypeName {
    EntityTypeName::from_str(name).expect("a plain word is an entity type's name")
}

pub(crate) static APP: LazyLock<EntityTypeName> = LazyLock::new(|| kind("App"));
pub(crate) static SERVER: LazyLock<EntityTypeName> = LazyLock::new(|| kind("Server"));
pub(crate) static TOOL: LazyLock<EntityTypeName> = LazyLock::new(|| kind("Tool"));
pub(crate) static ACTION: LazyLock<EntityTypeName> = LazyLock::new(|| kind("Action"));
pub(crate) static NULL: LazyLock<EntityUid> = LazyLock::new(|| uid(&kind("Json"), "null"));
