package app

import (
	"context"
	"encoding/json"
	"fmt"

	"jawort/account"
	"jawort/address"
	"jawort/db"
	"jawort/dispatch"
)

// desk adds a program in which people type, and has it answer somebody who wrote.
func (g *Gallery) desk(ctx context.Context, s Seeded) error {
	var p account.Program
	var number string
	if err := g.app.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		p, _, err = account.CreateProgram(ctx, tx, s.Tenant, account.Program{Name: "Chatwoot", Mode: account.Enforce, Scopes: []string{"send", "media", "read"},
			HumanAnswers: true}, s.Owner)
		if err != nil {
			return err
		}
		return tx.Row(ctx, finders["number"], s.Tenant).Scan(&number)
	}); err != nil {
		return err
	}
	for _, text := range []string{"Ihr Paket ist heute unterwegs.", "Die Sendungsnummer steht in Ihrer E-Mail."} {
		body, err := json.Marshal(map[string]any{"messaging_product": "whatsapp", "to": "491713920032", "type": "text", "text": map[string]string{"body": text}})
		if err != nil {
			return err
		}
		if _, err := g.app.Dispatch.Forward(ctx, dispatch.Passage{Tenant: s.Tenant, Number: number, Program: p.ID, Edge: dispatch.MessagesEdge,
			To: address.Address("tel:+491713920032"), Kind: "text", Body: body}); err != nil {
			return fmt.Errorf("an answer for the list of pages: %w", err)
		}
	}
	return nil
}
