package gateway

import "slices"

// rule is one line of the allow-list: who may call this edge by this method, and what is done then. Whatever has no line is refused;
// lines that say never stand here so that nobody forgets that they were thought of.
type rule struct {
	method, edge string   // edge "" = the node itself
	scopes       []string // one of them is enough
	query        []string // parameters that are passed on
	sends        bool     // a body that reaches a person: the token in the header alone, JSON alone
	never        bool
	do           func(*Gateway, *call) error
}

func scopes(s ...string) []string { return s }

var (
	pages     = []string{"fields", "limit", "after", "before"}
	templates = append([]string{"name", "name_or_content", "content", "status", "category", "language", "quality_score"}, pages...)
)

// rules is the list (DESIGN section 10, Gateway; the edges of facts/meta.md, and Meta's reference of the Cloud API).
var rules []rule

func init() { // the functions use the list
	rules = []rule{
		{method: "POST", edge: "messages", scopes: scopes("send"), sends: true, do: (*Gateway).send},
		{method: "POST", edge: "marketing_messages", scopes: scopes("send"), sends: true, do: (*Gateway).send},

		{method: "POST", edge: "media", scopes: scopes("media"), query: []string{"messaging_product"}, do: (*Gateway).upload},
		{method: "GET", edge: "", scopes: scopes("read", "media", "templates"), query: append([]string{"phone_number_id"}, pages...), do: (*Gateway).node},
		{method: "DELETE", edge: "", scopes: scopes("media"), query: []string{"phone_number_id"}, do: (*Gateway).deleteMedia},

		{method: "GET", edge: "phone_numbers", scopes: scopes("read"), query: append([]string{"filtering", "sort"}, pages...), do: (*Gateway).ofAccount},
		{method: "GET", edge: "message_history", scopes: scopes("read"), query: append([]string{"message_id"}, pages...), do: (*Gateway).ofNumber},
		{method: "GET", edge: "call_permissions", scopes: scopes("read"), query: []string{"user_wa_id", "recipient"}, do: (*Gateway).ofNumber},
		{method: "GET", edge: "whatsapp_business_profile", scopes: scopes("read", "profile"), query: []string{"fields"}, do: (*Gateway).ofNumber},
		{method: "POST", edge: "whatsapp_business_profile", scopes: scopes("profile"), do: (*Gateway).ofNumber},
		{method: "GET", edge: "username", scopes: scopes("read", "profile"), query: []string{"fields"}, do: (*Gateway).ofNumber},

		{method: "GET", edge: "message_templates", scopes: scopes("read", "templates"), query: templates, do: (*Gateway).ofAccount},
		{method: "POST", edge: "message_templates", scopes: scopes("templates"), do: (*Gateway).ofAccount},
		{method: "DELETE", edge: "message_templates", scopes: scopes("templates"), query: []string{"name", "hsm_id"}, do: (*Gateway).ofAccount},
		{method: "POST", edge: "", scopes: scopes("templates"), do: (*Gateway).ofTemplate},
		{method: "POST", edge: "unpause", scopes: scopes("templates"), do: (*Gateway).ofTemplate},

		{method: "GET", edge: "block_users", scopes: scopes("admin"), query: pages, do: (*Gateway).ofNumber},
		{method: "POST", edge: "block_users", scopes: scopes("admin"), do: (*Gateway).ofNumber},
		{method: "DELETE", edge: "block_users", scopes: scopes("admin"), do: (*Gateway).ofNumber},
		{method: "DELETE", edge: "contact_book", scopes: scopes("admin"), query: []string{"messaging_product", "bsuid"}, do: (*Gateway).ofNumber},
	}
	for edge, methods := range map[string][]string{ // never, with any scope
		"subscribed_apps": {"GET", "POST", "DELETE"}, "register": {"POST"}, "deregister": {"POST"}, "request_code": {"POST"},
		"verify_code": {"POST"}, "settings": {"GET", "POST"}, "signups": {"GET", "POST"}, "default_messaging_customer_base": {"GET", "POST"},
		"groups": {"GET", "POST", "DELETE"}, "calls": {"POST"}, "messages_encrypted": {"POST"}, "username": {"POST", "DELETE"},
		"owned_whatsapp_business_accounts": {"GET"}, "client_whatsapp_business_accounts": {"GET"}, "parent_bsuid_accounts": {"GET"},
		"whatsapp_business_encryption": {"GET", "POST"}, "assigned_users": {"GET", "POST", "DELETE"}, "flows": {"GET", "POST"},
		"conversational_automation": {"GET", "POST"}, "subscriptions": {"GET", "POST", "DELETE"}, "accounts": {"GET"},
	} {
		for _, m := range methods {
			rules = append(rules, rule{method: m, edge: edge, never: true})
		}
	}
}

// ruleOf finds the line of a method and an edge, nil where there is none.
func ruleOf(method, edge string) *rule {
	i := slices.IndexFunc(rules, func(r rule) bool { return r.method == method && r.edge == edge })
	if i < 0 {
		return nil
	}
	return &rules[i]
}

// Rule is a line of the list, for whoever explains it.
type Rule struct {
	Method, Edge string
	Scopes       []string
	Never        bool
}

// Rules is the list.
func Rules() []Rule {
	out := make([]Rule, len(rules))
	for i, r := range rules {
		out[i] = Rule{r.method, r.edge, r.scopes, r.never}
	}
	return out
}
