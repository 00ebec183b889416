package manager

import (
	"context"

	"jawort/address"
	"jawort/consent"
	"jawort/intake"
)

// Acts are the flows that staff set going for one person. One that is nil is not offered, and refused.
type Acts struct {
	OptIn      func(ctx context.Context, in intake.OptIn) (intake.OptedIn, error)
	OptOut     func(ctx context.Context, out intake.OptOut) (intake.OptedOut, error)
	Enter      func(ctx context.Context, in intake.Entered) (intake.OptedOut, error)
	Keep       func(ctx context.Context, tenant string, a address.Address, body []byte) (consent.Evidence, error)
	AskVoid    func(ctx context.Context, tenant, staff, event, reason string) (intake.Voiding, error)
	DecideVoid func(ctx context.Context, tenant, staff, voiding, decision string) error
	Note       func(ctx context.Context, in intake.Note) (intake.Noted, error)
	Answer     func(ctx context.Context, tenant, staff, review, reason string) error      // a wish to be forgotten that is not carried out
	Ask        func(ctx context.Context, in intake.Ask) (intake.Question, error)          // in the open conversation
	AskNumber  func(ctx context.Context, in intake.NumberAsk) (intake.NumberAsked, error) // of somebody who hides it
	Remove     func(ctx context.Context, in intake.Removal) error
	Block      func(ctx context.Context, in intake.Block) (numbers int, err error) // at Meta
	Unblock    func(ctx context.Context, in intake.Block) error

	Merge       func(ctx context.Context, in intake.Merging) (consent.Event, error)
	Split       func(ctx context.Context, in intake.Merging) (consent.Event, error)
	SettleDoubt func(ctx context.Context, tenant, staff, contact, reason string) error
}

// ActsOf are the acts of a desk.
func ActsOf(k *intake.Desk) Acts {
	return Acts{OptIn: k.OptIn, OptOut: k.OptOut, Enter: k.Enter, Keep: k.Keep, AskVoid: k.AskVoid, DecideVoid: k.DecideVoid, Remove: k.Remove,
		Merge: k.Merge, Split: k.Split, SettleDoubt: k.SettleDoubt, Note: k.Note, Answer: k.AnswerErasure, Ask: k.Ask, AskNumber: k.AskNumber,
		Block: k.BlockAtMeta, Unblock: k.UnblockAtMeta}
}
