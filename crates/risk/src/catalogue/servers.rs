//! The entries: by host, sorted by name. Only tools that are known to exist, and phrases of ours, never the server's.

use super::Entry;
use keyholder_model::risk::Label::{Destroys, ReadsPrivate, SeesUntrusted, SendsOutward};
use keyholder_model::risk::Labels;
use keyholder_model::risk::Tier::{Change, Destroy, Look, Send};

/// The hosts, each with everything below it.
pub(super) const SERVERS: &[(&str, &[Entry])] = &[
    ("api.githubcopilot.com", GITHUB),
    ("mcp.linear.app", LINEAR),
    ("mcp.notion.com", NOTION),
    ("mcp.slack.com", SLACK),
    ("mcp.atlassian.com", ATLASSIAN),
    ("mcp.sentry.dev", SENTRY),
    ("mcp.stripe.com", STRIPE),
    ("mcp.cloudflare.com", CLOUDFLARE),
    ("huggingface.co", HUGGING_FACE),
    ("mcp.context7.com", CONTEXT7),
    ("mcp.deepwiki.com", DEEPWIKI),
    ("mcp.figma.com", FIGMA),
    ("mcp.asana.com", ASANA),
    ("mcp.intercom.com", INTERCOM),
];

const NONE: Labels = Labels::NONE;
const PRIVATE: Labels = NONE.with(ReadsPrivate);
const UNTRUSTED: Labels = NONE.with(SeesUntrusted);
const BOTH: Labels = PRIVATE.with(SeesUntrusted);
const OUTWARD: Labels = NONE.with(SendsOutward);
const DESTROYS: Labels = NONE.with(Destroys);
const DESTROYS_OUTWARD: Labels = DESTROYS.with(SendsOutward);

const GITHUB: &[Entry] = &[
    Entry::new("add_comment_to_pending_review", Send, OUTWARD, "Comment in a review"),
    Entry::new("add_issue_comment", Send, OUTWARD, "Comment on an issue"),
    Entry::new("add_sub_issue", Change, NONE, "Put an issue below another"),
    Entry::new("assign_copilot_to_issue", Send, OUTWARD, "Let Copilot work on an issue"),
    Entry::new("cancel_workflow_run", Destroy, DESTROYS, "Cancel a workflow run"),
    Entry::new("create_branch", Change, NONE, "Create a branch"),
    Entry::new("create_gist", Send, OUTWARD, "Publish a gist"),
    Entry::new("create_issue", Send, OUTWARD, "Open an issue"),
    Entry::new("create_or_update_file", Send, OUTWARD, "Commit a file"),
    Entry::new("create_pull_request", Send, OUTWARD, "Open a pull request"),
    Entry::new("create_repository", Change, NONE, "Create a repository"),
    Entry::new("delete_file", Destroy, DESTROYS, "Delete a file"),
    Entry::new("delete_workflow_run_logs", Destroy, DESTROYS, "Delete the logs of a workflow run"),
    Entry::new("dismiss_notification", Change, NONE, "Dismiss a notification"),
    Entry::new("fork_repository", Change, OUTWARD, "Fork a repository"),
    Entry::new("get_code_scanning_alert", Look, PRIVATE, "Read a code scanning alert"),
    Entry::new("get_commit", Look, BOTH, "Read a commit"),
    Entry::new("get_dependabot_alert", Look, PRIVATE, "Read a Dependabot alert"),
    Entry::new("get_discussion", Look, BOTH, "Read a discussion"),
    Entry::new("get_discussion_comments", Look, BOTH, "Read the comments of a discussion"),
    Entry::new("get_file_contents", Look, BOTH, "Read a file"),
    Entry::new("get_issue", Look, BOTH, "Read an issue"),
    Entry::new("get_issue_comments", Look, BOTH, "Read the comments of an issue"),
    Entry::new("get_job_logs", Look, BOTH, "Read the logs of a job"),
    Entry::new("get_latest_release", Look, BOTH, "Read the latest release"),
    Entry::new("get_me", Look, PRIVATE, "Read your profile"),
    Entry::new("get_notification_details", Look, BOTH, "Read a notification"),
    Entry::new("get_pull_request", Look, BOTH, "Read a pull request"),
    Entry::new("get_pull_request_diff", Look, BOTH, "Read the changes of a pull request"),
    Entry::new("get_pull_request_files", Look, BOTH, "List the files of a pull request"),
    Entry::new("get_pull_request_reviews", Look, BOTH, "Read the reviews of a pull request"),
    Entry::new("get_pull_request_status", Look, PRIVATE, "Read the checks of a pull request"),
    Entry::new("get_secret_scanning_alert", Look, PRIVATE, "Read a secret scanning alert"),
    Entry::new("get_tag", Look, BOTH, "Read a tag"),
    Entry::new("get_workflow_run", Look, PRIVATE, "Read a workflow run"),
    Entry::new("issue_read", Look, BOTH, "Read an issue"),
    Entry::new("issue_write", Send, OUTWARD, "Open or change an issue"),
    Entry::new("list_branches", Look, PRIVATE, "List branches"),
    Entry::new("list_code_scanning_alerts", Look, PRIVATE, "List code scanning alerts"),
    Entry::new("list_commits", Look, BOTH, "List commits"),
    Entry::new("list_dependabot_alerts", Look, PRIVATE, "List Dependabot alerts"),
    Entry::new("list_discussions", Look, BOTH, "List discussions"),
    Entry::new("list_gists", Look, BOTH, "List gists"),
    Entry::new("list_issues", Look, BOTH, "List issues"),
    Entry::new("list_notifications", Look, BOTH, "List notifications"),
    Entry::new("list_pull_requests", Look, BOTH, "List pull requests"),
    Entry::new("list_releases", Look, BOTH, "List releases"),
    Entry::new("list_secret_scanning_alerts", Look, PRIVATE, "List secret scanning alerts"),
    Entry::new("list_tags", Look, PRIVATE, "List tags"),
    Entry::new("list_workflow_runs", Look, PRIVATE, "List workflow runs"),
    Entry::new("list_workflows", Look, PRIVATE, "List workflows"),
    Entry::new("mark_all_notifications_read", Change, NONE, "Mark all notifications as read"),
    Entry::new("merge_pull_request", Send, OUTWARD, "Merge a pull request"),
    Entry::new("pull_request_read", Look, BOTH, "Read a pull request"),
    Entry::new("push_files", Send, OUTWARD, "Push files"),
    Entry::new("request_copilot_review", Send, OUTWARD, "Ask Copilot for a review"),
    Entry::new("rerun_failed_jobs", Send, OUTWARD, "Run failed jobs again"),
    Entry::new("rerun_workflow_run", Send, OUTWARD, "Run a workflow again"),
    Entry::new("run_workflow", Send, OUTWARD, "Run a workflow"),
    Entry::new("search_code", Look, BOTH, "Search code"),
    Entry::new("search_issues", Look, BOTH, "Search issues"),
    Entry::new("search_pull_requests", Look, BOTH, "Search pull requests"),
    Entry::new("search_repositories", Look, BOTH, "Search repositories"),
    Entry::new("search_users", Look, UNTRUSTED, "Search people"),
    Entry::new("update_gist", Send, OUTWARD, "Change a gist"),
    Entry::new("update_issue", Send, OUTWARD, "Change an issue"),
    Entry::new("update_pull_request", Send, OUTWARD, "Change a pull request"),
    Entry::new("update_pull_request_branch", Change, NONE, "Update the branch of a pull request"),
];

const LINEAR: &[Entry] = &[
    Entry::new("create_comment", Send, OUTWARD, "Comment on an issue"),
    Entry::new("create_issue", Change, OUTWARD, "Create an issue"),
    Entry::new("create_issue_label", Change, NONE, "Create a label"),
    Entry::new("create_project", Change, OUTWARD, "Create a project"),
    Entry::new("get_document", Look, BOTH, "Read a document"),
    Entry::new("get_issue", Look, BOTH, "Read an issue"),
    Entry::new("get_issue_status", Look, PRIVATE, "Read a status"),
    Entry::new("get_project", Look, BOTH, "Read a project"),
    Entry::new("get_team", Look, PRIVATE, "Read a team"),
    Entry::new("get_user", Look, PRIVATE, "Read a person\u{2019}s profile"),
    Entry::new("list_comments", Look, BOTH, "List comments"),
    Entry::new("list_cycles", Look, PRIVATE, "List cycles"),
    Entry::new("list_documents", Look, BOTH, "List documents"),
    Entry::new("list_issue_labels", Look, PRIVATE, "List labels"),
    Entry::new("list_issue_statuses", Look, PRIVATE, "List statuses"),
    Entry::new("list_issues", Look, BOTH, "List issues"),
    Entry::new("list_projects", Look, BOTH, "List projects"),
    Entry::new("list_teams", Look, PRIVATE, "List teams"),
    Entry::new("list_users", Look, PRIVATE, "List people"),
    Entry::new("search_documentation", Look, NONE, "Search Linear\u{2019}s documentation"),
    Entry::new("update_issue", Change, OUTWARD, "Change an issue"),
    Entry::new("update_project", Change, OUTWARD, "Change a project"),
];

const NOTION: &[Entry] = &[
    Entry::new("notion-create-comment", Send, OUTWARD, "Comment on a page"),
    Entry::new("notion-create-database", Change, NONE, "Create a database"),
    Entry::new("notion-create-pages", Change, OUTWARD, "Create pages"),
    Entry::new("notion-duplicate-page", Change, NONE, "Duplicate a page"),
    Entry::new("notion-fetch", Look, BOTH, "Read a page"),
    Entry::new("notion-get-comments", Look, BOTH, "Read comments"),
    Entry::new("notion-get-users", Look, PRIVATE, "List people"),
    Entry::new("notion-move-pages", Change, OUTWARD, "Move pages"),
    Entry::new("notion-search", Look, BOTH, "Search the workspace"),
    Entry::new("notion-update-database", Change, NONE, "Change a database"),
    Entry::new("notion-update-page", Change, OUTWARD, "Change a page"),
];

const SLACK: &[Entry] = &[
    Entry::new("slack_create_canvas", Change, OUTWARD, "Create a canvas"),
    Entry::new("slack_read_canvas", Look, BOTH, "Read a canvas"),
    Entry::new("slack_read_channel", Look, BOTH, "Read a channel"),
    Entry::new("slack_read_thread", Look, BOTH, "Read a thread"),
    Entry::new("slack_read_user_profile", Look, PRIVATE, "Read a person\u{2019}s profile"),
    Entry::new("slack_schedule_message", Send, OUTWARD, "Schedule a message"),
    Entry::new("slack_search_channels", Look, PRIVATE, "Search channels"),
    Entry::new("slack_search_public", Look, BOTH, "Search public channels"),
    Entry::new("slack_search_public_and_private", Look, BOTH, "Search all channels"),
    Entry::new("slack_search_users", Look, PRIVATE, "Search people"),
    Entry::new("slack_send_message", Send, OUTWARD, "Send a message"),
];

const ATLASSIAN: &[Entry] = &[
    Entry::new("addCommentToJiraIssue", Send, OUTWARD, "Comment on an issue"),
    Entry::new("addWorklogToJiraIssue", Change, OUTWARD, "Log work on an issue"),
    Entry::new("atlassianUserInfo", Look, PRIVATE, "Read your profile"),
    Entry::new("createConfluenceFooterComment", Send, OUTWARD, "Comment on a page"),
    Entry::new("createConfluenceInlineComment", Send, OUTWARD, "Comment in a page"),
    Entry::new("createConfluencePage", Change, OUTWARD, "Create a page"),
    Entry::new("createJiraIssue", Change, OUTWARD, "Create an issue"),
    Entry::new("editJiraIssue", Change, OUTWARD, "Change an issue"),
    Entry::new("getAccessibleAtlassianResources", Look, PRIVATE, "List your sites"),
    Entry::new("getConfluencePage", Look, BOTH, "Read a page"),
    Entry::new("getConfluencePageDescendants", Look, PRIVATE, "List the pages below a page"),
    Entry::new("getConfluencePageFooterComments", Look, BOTH, "Read the comments of a page"),
    Entry::new("getConfluencePageInlineComments", Look, BOTH, "Read the comments in a page"),
    Entry::new("getConfluenceSpaces", Look, PRIVATE, "List spaces"),
    Entry::new("getJiraIssue", Look, BOTH, "Read an issue"),
    Entry::new("getJiraIssueRemoteIssueLinks", Look, PRIVATE, "List the links of an issue"),
    Entry::new("getPagesInConfluenceSpace", Look, PRIVATE, "List the pages of a space"),
    Entry::new("getTransitionsForJiraIssue", Look, PRIVATE, "List the next steps of an issue"),
    Entry::new("getVisibleJiraProjects", Look, PRIVATE, "List projects"),
    Entry::new("lookupJiraAccountId", Look, PRIVATE, "Look a person up"),
    Entry::new("searchConfluenceUsingCql", Look, BOTH, "Search pages"),
    Entry::new("searchJiraIssuesUsingJql", Look, BOTH, "Search issues"),
    Entry::new("transitionJiraIssue", Change, OUTWARD, "Move an issue on"),
    Entry::new("updateConfluencePage", Change, OUTWARD, "Change a page"),
];

const SENTRY: &[Entry] = &[
    Entry::new("create_dsn", Change, PRIVATE, "Create a client key"),
    Entry::new("create_project", Change, NONE, "Create a project"),
    Entry::new("create_team", Change, NONE, "Create a team"),
    Entry::new("find_dsns", Look, PRIVATE, "List client keys"),
    Entry::new("find_organizations", Look, PRIVATE, "List organisations"),
    Entry::new("find_projects", Look, PRIVATE, "List projects"),
    Entry::new("find_releases", Look, PRIVATE, "List releases"),
    Entry::new("find_teams", Look, PRIVATE, "List teams"),
    Entry::new("get_doc", Look, NONE, "Read Sentry\u{2019}s documentation"),
    Entry::new("get_issue_details", Look, BOTH, "Read an issue"),
    Entry::new("get_trace_details", Look, BOTH, "Read a trace"),
    Entry::new("search_docs", Look, NONE, "Search Sentry\u{2019}s documentation"),
    Entry::new("search_events", Look, BOTH, "Search events"),
    Entry::new("search_issues", Look, BOTH, "Search issues"),
    Entry::new("update_issue", Change, NONE, "Change an issue"),
    Entry::new("update_project", Change, NONE, "Change a project"),
    Entry::new("whoami", Look, PRIVATE, "Read your profile"),
];

const STRIPE: &[Entry] = &[
    Entry::new("cancel_subscription", Destroy, DESTROYS_OUTWARD, "Cancel a subscription"),
    Entry::new("create_coupon", Send, OUTWARD, "Create a coupon"),
    Entry::new("create_customer", Change, NONE, "Create a customer"),
    Entry::new("create_invoice", Send, OUTWARD, "Create an invoice"),
    Entry::new("create_invoice_item", Send, OUTWARD, "Put an item on an invoice"),
    Entry::new("create_payment_link", Send, OUTWARD, "Create a payment link"),
    Entry::new("create_price", Change, NONE, "Create a price"),
    Entry::new("create_product", Change, NONE, "Create a product"),
    Entry::new("create_refund", Destroy, DESTROYS_OUTWARD, "Refund a payment"),
    Entry::new("finalize_invoice", Send, OUTWARD, "Finalise an invoice"),
    Entry::new("list_coupons", Look, PRIVATE, "List coupons"),
    Entry::new("list_customers", Look, PRIVATE, "List customers"),
    Entry::new("list_disputes", Look, BOTH, "List disputes"),
    Entry::new("list_invoices", Look, PRIVATE, "List invoices"),
    Entry::new("list_payment_intents", Look, PRIVATE, "List payments"),
    Entry::new("list_prices", Look, PRIVATE, "List prices"),
    Entry::new("list_products", Look, PRIVATE, "List products"),
    Entry::new("list_subscriptions", Look, PRIVATE, "List subscriptions"),
    Entry::new("retrieve_balance", Look, PRIVATE, "Read the balance"),
    Entry::new("update_dispute", Send, OUTWARD, "Answer a dispute"),
    Entry::new("update_subscription", Send, OUTWARD, "Change a subscription"),
];

const CLOUDFLARE: &[Entry] = &[
    Entry::new("accounts_list", Look, PRIVATE, "List accounts"),
    Entry::new("d1_database_create", Change, NONE, "Create a database"),
    Entry::new("d1_database_delete", Destroy, DESTROYS, "Delete a database"),
    Entry::new("d1_database_get", Look, PRIVATE, "Read a database\u{2019}s settings"),
    Entry::new("d1_database_query", Send, BOTH, "Run a statement on a database"),
    Entry::new("d1_databases_list", Look, PRIVATE, "List databases"),
    Entry::new("kv_namespace_create", Change, NONE, "Create a namespace"),
    Entry::new("kv_namespace_delete", Destroy, DESTROYS, "Delete a namespace"),
    Entry::new("kv_namespace_get", Look, PRIVATE, "Read a namespace\u{2019}s settings"),
    Entry::new("kv_namespaces_list", Look, PRIVATE, "List namespaces"),
    Entry::new("r2_bucket_create", Change, NONE, "Create a bucket"),
    Entry::new("r2_bucket_delete", Destroy, DESTROYS, "Delete a bucket"),
    Entry::new("r2_bucket_get", Look, PRIVATE, "Read a bucket\u{2019}s settings"),
    Entry::new("r2_buckets_list", Look, PRIVATE, "List buckets"),
    Entry::new("search_cloudflare_documentation", Look, NONE, "Search Cloudflare\u{2019}s documentation"),
    Entry::new("workers_get_worker", Look, PRIVATE, "Read a worker"),
    Entry::new("workers_get_worker_code", Look, PRIVATE, "Read a worker\u{2019}s code"),
    Entry::new("workers_list", Look, PRIVATE, "List workers"),
];

const HUGGING_FACE: &[Entry] = &[
    Entry::new("dataset_search", Look, UNTRUSTED, "Search data sets"),
    Entry::new("hf_whoami", Look, PRIVATE, "Read your profile"),
    Entry::new("hub_repo_details", Look, UNTRUSTED, "Read about repositories"),
    Entry::new("model_search", Look, UNTRUSTED, "Search models"),
    Entry::new("paper_search", Look, UNTRUSTED, "Search papers"),
    Entry::new("space_search", Look, UNTRUSTED, "Search spaces"),
];

const CONTEXT7: &[Entry] = &[
    Entry::new("get-library-docs", Look, UNTRUSTED, "Read a library\u{2019}s documentation"),
    Entry::new("resolve-library-id", Look, UNTRUSTED, "Look a library up"),
];

const DEEPWIKI: &[Entry] = &[
    Entry::new("ask_question", Look, UNTRUSTED, "Ask about a repository"),
    Entry::new("read_wiki_contents", Look, UNTRUSTED, "Read about a repository"),
    Entry::new("read_wiki_structure", Look, UNTRUSTED, "List what is written about a repository"),
];

const FIGMA: &[Entry] = &[
    Entry::new("get_code_connect_map", Look, PRIVATE, "Read how a design maps to code"),
    Entry::new("get_metadata", Look, BOTH, "Read the outline of a design"),
    Entry::new("get_screenshot", Look, PRIVATE, "Take a picture of a design"),
    Entry::new("get_variable_defs", Look, PRIVATE, "Read the variables of a design"),
    Entry::new("whoami", Look, PRIVATE, "Read your profile"),
];

const ASANA: &[Entry] = &[
    Entry::new("asana_create_project", Change, OUTWARD, "Create a project"),
    Entry::new("asana_create_task", Change, OUTWARD, "Create a task"),
    Entry::new("asana_create_task_story", Send, OUTWARD, "Comment on a task"),
    Entry::new("asana_delete_task", Destroy, DESTROYS, "Delete a task"),
    Entry::new("asana_get_project", Look, BOTH, "Read a project"),
    Entry::new("asana_get_projects", Look, PRIVATE, "List projects"),
    Entry::new("asana_get_stories_for_task", Look, BOTH, "Read the comments of a task"),
    Entry::new("asana_get_task", Look, BOTH, "Read a task"),
    Entry::new("asana_list_workspaces", Look, PRIVATE, "List workspaces"),
    Entry::new("asana_search_tasks", Look, BOTH, "Search tasks"),
    Entry::new("asana_typeahead_search", Look, PRIVATE, "Look something up"),
    Entry::new("asana_update_task", Change, OUTWARD, "Change a task"),
];

const INTERCOM: &[Entry] = &[
    Entry::new("get_contact", Look, PRIVATE, "Read a contact"),
    Entry::new("get_conversation", Look, BOTH, "Read a conversation"),
    Entry::new("search_contacts", Look, PRIVATE, "Search contacts"),
    Entry::new("search_conversations", Look, BOTH, "Search conversations"),
];
