package db

import "fmt"

// bind turns Go arguments into the parameters of a statement.
func (s *statement) bind(args []any) ([]any, error) {
	if len(args) != s.args {
		return nil, fmt.Errorf("%d arguments for %d parameters", len(args), s.args)
	}
	out := make([]any, len(s.slots))
	for i := 0; i < len(s.slots); i++ {
		slot := s.slots[i]
		if err := s.fill(slot, args[slot.arg], out[i:]); err != nil {
			return nil, fmt.Errorf("argument $%d: %w", slot.arg+1, err)
		}
		if slot.kind == rowsSlot && slot.column == 0 {
			i += len(slot.types) - 1 // the arrays of one row set stand side by side and were filled together
		}
	}
	return out, nil
}

// fill makes the parameter of one slot, or of all slots of a row set.
func (s *statement) fill(slot slot, arg any, out []any) (err error) {
	switch {
	case slot.kind == plain:
		out[0], err = value(arg)
	case slot.column < 0: // SQLite
		g := newGiven(size(arg), len(slot.types))
		if slot.kind == listSlot {
			err = list(arg, slot.types[0], g)
		} else {
			err = walk(arg, slot.types, g)
		}
		out[0] = g
	case slot.kind == listSlot:
		a := newArrays(slot.types, size(arg))
		err = list(arg, slot.types[0], a)
		out[0] = a[0].argument()
	default:
		a := newArrays(slot.types, size(arg))
		err = walk(arg, slot.types, a)
		for i, column := range a {
			out[i] = column.argument()
		}
	}
	return err
}
