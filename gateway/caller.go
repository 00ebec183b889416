package gateway

import (
	"context"
	"slices"
	"strings"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
)

// asked is what is asked of the database before a call is looked at further.
type asked struct {
	hash string // of the token
	node string // of a send: the number it names; "" = all the program's numbers are wanted
}

// caller is who calls, and by which numbers it may.
type caller struct {
	program account.Program
	numbers []account.Number
}

// identify finds the program behind the token, and the numbers it may use. Both are read anew for every call, together with those that
// come at the same time: what is revoked ends at once.
func (g *Gateway) identify(c *call) error {
	token, f := c.token()
	if f != nil {
		return f
	}
	q := asked{hash: string(account.HashToken(token))}
	if way, f := readWay(c.r); f == nil && sends(c.r.Method, way.edge) {
		q.node = way.node
	}
	who, err := g.callers.Get(c.r.Context(), q)
	c.program, c.numbers = who.program, who.numbers
	return err
}

func readCaller(ctx context.Context, tx *db.Tx, q asked) (who caller, err error) {
	who.program, err = account.ProgramByHash(ctx, tx, []byte(q.hash))
	if errs.CodeOf(err) == errs.NotFound {
		return who, tokenUnknown()
	}
	if err != nil {
		return who, err
	}
	who.numbers, err = numbersFor(ctx, tx, &who.program, q.node)
	return who, err
}

// numbersFor are the program's numbers; of a send, which comes far more often than all else, only the one it names.
func numbersFor(ctx context.Context, tx *db.Tx, p *account.Program, node string) (all []account.Number, err error) {
	if node == "" {
		all, err = account.Numbers(ctx, tx, p.Tenant)
	} else {
		all = make([]account.Number, 1)
		if all[0], err = account.NumberOf(ctx, tx, p.Tenant, node); errs.CodeOf(err) == errs.NotFound {
			return nil, nil
		}
	}
	return slices.DeleteFunc(all, func(n account.Number) bool { return !p.Uses(n.ID) }), err
}

func sends(method, edge string) bool {
	r := ruleOf(method, edge)
	return r != nil && r.sends
}

// token is the one the call carries: in the header, or in the query as Graph's own next pages have it.
func (c *call) token() (string, *fault) {
	heads := c.r.Header.Values("Authorization")
	inQuery := c.r.URL.Query()["access_token"]
	var token string
	switch {
	case len(heads) == 1 && len(inQuery) == 0:
		scheme, rest, ok := strings.Cut(heads[0], " ")
		if !ok || !strings.EqualFold(scheme, "Bearer") {
			return "", tokenUnknown()
		}
		token = strings.TrimSpace(rest)
	case len(heads) == 0 && len(inQuery) == 1:
		token, c.byQuery = inQuery[0], true
	case len(heads) == 1 && len(inQuery) == 1 && heads[0] == "Bearer "+inQuery[0]:
		token, c.byQuery = inQuery[0], true
	}
	if !account.ProgramShaped(token) {
		return "", tokenUnknown()
	}
	return token, nil
}

func tokenUnknown() *fault { return &fault{190, 401, "TOKEN_UNKNOWN", ""} }

func notAllowed(what string) *fault { return &fault{100, 400, "EDGE_NOT_ALLOWED", what} }

func tooMany() *fault { return &fault{130429, 400, "TOO_MANY", ""} }

// permit: the scope for the edge. Whether the node is the program's is asked where it is known what kind of node it must be.
func (g *Gateway) permit(c *call) error {
	for _, s := range c.rule.scopes {
		if c.program.May(s) {
			return nil
		}
	}
	return &fault{10, 403, "SCOPE_MISSING", strings.Join(c.rule.scopes, ", ")}
}

// byNumber takes the node as one of the program's numbers.
func (c *call) byNumber() bool {
	i := slices.IndexFunc(c.numbers, func(n account.Number) bool { return n.ID == c.way.node })
	if i >= 0 {
		c.number = c.numbers[i]
	}
	return i >= 0
}

// byAccount takes the node as the account of one of the program's numbers.
func (c *call) byAccount(waba string) bool {
	i := slices.IndexFunc(c.numbers, func(n account.Number) bool { return n.WABA == waba })
	if i >= 0 {
		c.number = c.numbers[i]
	}
	return i >= 0
}

func numberNotAllowed() *fault { return &fault{10, 403, "NUMBER_NOT_ALLOWED", ""} }
