package gateway

import (
	"context"
	"slices"
	"strings"

	"jawort/account"
	"jawort/db"
	"jawort/errs"
)

// identify finds the program behind the token, and the numbers it may use. Both are read anew for every call: what is revoked ends at
// once.
func (g *Gateway) identify(c *call) error {
	token, f := c.token()
	if f != nil {
		return f
	}
	return g.DB.Read(c.r.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		c.program, err = account.ProgramByHash(ctx, tx, account.HashToken(token))
		if errs.CodeOf(err) == errs.NotFound {
			return tokenUnknown()
		}
		if err != nil {
			return err
		}
		c.numbers, err = numbersFor(ctx, tx, c)
		return err
	})
}

// numbersFor are the program's numbers; of a send, which comes far more often than all else, only the one it names.
func numbersFor(ctx context.Context, tx *db.Tx, c *call) (all []account.Number, err error) {
	if way, f := readWay(c.r); f == nil && sends(c.r.Method, way.edge) {
		all = make([]account.Number, 1)
		if all[0], err = account.NumberOf(ctx, tx, c.program.Tenant, way.node); errs.CodeOf(err) == errs.NotFound {
			return nil, nil
		}
	} else {
		all, err = account.Numbers(ctx, tx, c.program.Tenant)
	}
	return slices.DeleteFunc(all, func(n account.Number) bool { return !c.program.Uses(n.ID) }), err
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
