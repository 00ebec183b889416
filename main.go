// Command jawort collects and proves WhatsApp opt-ins, obeys opt-outs, and guards every send; its commands are in package cli.
package main

import (
	"os"

	"jawort/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
