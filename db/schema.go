package db

import (
	_ "embed"
	"regexp"
	"strings"
)

// Schema is the whole schema as one text for both engines, with fragments. The migrations lead to exactly this (tested).
//
//go:embed schema.sql
var Schema string

// Table is a table of the schema, for tests that discover tables and columns.
type Table struct {
	Name    string
	Columns []Column
}

// Column is a column as it is written in the schema.
type Column struct {
	Name string
	Type string // text, bigint, bytea, boolean, double precision, {key}, {json}
}

// Column finds a column by name; nil if there is none.
func (t Table) Column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// Tables lists the tables of schema.sql in their order.
func Tables() []Table { return parseTables(Schema) }

var (
	lineComment = regexp.MustCompile(`--[^\n]*`)
	createTable = regexp.MustCompile(`(?i)^create\s+table\s+(?:if\s+not\s+exists\s+)?(\w+)\s*\(`)
	constraint  = regexp.MustCompile(`(?i)^(primary\s+key|unique|check|foreign\s+key|constraint)\b`)
	columnLine  = regexp.MustCompile(`(?is)^(\w+)\s+(double\s+precision|\{\w+\}|\w+)`)
)

func parseTables(text string) []Table {
	var tables []Table
	for _, statement := range strings.Split(lineComment.ReplaceAllString(text, ""), ";") {
		statement = strings.TrimSpace(statement)
		head := createTable.FindStringSubmatch(statement)
		if head == nil {
			continue
		}
		table := Table{Name: head[1]}
		for _, part := range splitTop(statement[len(head[0]):]) {
			if constraint.MatchString(part) {
				continue
			}
			if m := columnLine.FindStringSubmatch(part); m != nil {
				table.Columns = append(table.Columns, Column{m[1], strings.Join(strings.Fields(m[2]), " ")})
			}
		}
		tables = append(tables, table)
	}
	return tables
}

// splitTop splits the inside of create table ( … ) at its commas, not at those within brackets, and stops at its closing bracket.
func splitTop(text string) []string {
	var parts []string
	depth, from := 0, 0
	for i, r := range text {
		switch {
		case r == '(':
			depth++
		case r == ')' && depth == 0:
			return append(parts, strings.TrimSpace(text[from:i]))
		case r == ')':
			depth--
		case r == ',' && depth == 0:
			parts, from = append(parts, strings.TrimSpace(text[from:i])), i+1
		}
	}
	return append(parts, strings.TrimSpace(text[from:]))
}
