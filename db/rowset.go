package db

import (
	"fmt"
	"reflect"
)

// RowSet is many rows as one argument, for {rows $1: …}.
type RowSet struct {
	n   int
	row func(i int) []any
}

// RowsN makes a row set of n rows; row is called for each, in order, whenever the statement runs.
func RowsN(n int, row func(i int) []any) RowSet { return RowSet{n, row} }

// RowsOf makes a row set of a slice, one row for each item, with the values in the order of the fragment's columns.
func RowsOf[T any](items []T, row func(item T) []any) RowSet {
	return RowSet{len(items), func(i int) []any { return row(items[i]) }}
}

// sink takes the values of a row set or a list, cell by cell.
type sink interface {
	row()              // begins a row
	cell(j int, v any) // v is as typed leaves it
}

// walk sends every cell of a row set to a sink, checked against the column types.
func walk(a any, types []string, to sink) error {
	set, ok := a.(RowSet)
	if !ok {
		return fmt.Errorf("%T where rows are wanted", a)
	}
	for i := range set.n {
		row := set.row(i)
		if len(row) != len(types) {
			return fmt.Errorf("row %d has %d values for %d columns", i, len(row), len(types))
		}
		to.row()
		for j, cell := range row {
			v, err := typed(cell, types[j])
			if err != nil {
				return fmt.Errorf("row %d, column %d: %w", i, j+1, err)
			}
			to.cell(j, v)
		}
	}
	return nil
}

// list sends every item of a slice to a sink as column 0.
func list(a any, typ string, to sink) error {
	add := func(i int, item any) error {
		v, err := typed(item, typ)
		if err != nil {
			return fmt.Errorf("item %d: %w", i, err)
		}
		if v == nil {
			return fmt.Errorf("item %d: NULL never equals anything", i)
		}
		to.cell(0, v)
		return nil
	}
	if items, ok := a.([]string); ok { // the usual case, without reflection
		for i, item := range items {
			if err := add(i, item); err != nil {
				return err
			}
		}
		return nil
	}
	v := reflect.ValueOf(a)
	if v.Kind() != reflect.Slice || v.Type().Elem().Kind() == reflect.Uint8 {
		return fmt.Errorf("%T where a slice is wanted", a)
	}
	for i := range v.Len() {
		if err := add(i, v.Index(i).Interface()); err != nil {
			return err
		}
	}
	return nil
}

// size guesses how many cells a row set or a slice has.
func size(a any) int {
	if set, ok := a.(RowSet); ok {
		return set.n
	}
	if v := reflect.ValueOf(a); v.Kind() == reflect.Slice {
		return v.Len()
	}
	return 0
}
