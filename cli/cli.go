// Package cli is the command line: one file a command, and this table of them.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"jawort/errs"
	"jawort/say"
)

// commands is the table; a command stands here when it works.
type commands struct {
	ConfigFile kong.ConfigFlag `name:"config" placeholder:"FILE" help:"File with the configuration, a JSON object; also named by JAWORT_CONFIG."`

	Demo     demoCmd     `cmd:"" help:"Start everything on this machine, with an invented business, toy phones and three weeks of history."`
	Serve    serveCmd    `cmd:"" help:"Run Jawort."`
	Emulator emulatorCmd `cmd:"" help:"Run the stand-in for Meta's Cloud API alone."`

	Migrate migrateCmd `cmd:"" help:"Bring the database's schema to this program's version."`
	Doctor  doctorCmd  `cmd:"" help:"Say what is missing before Jawort can run, and how to get it."`
	User    userCmd    `cmd:"" help:"Invite, list and disable staff, and make login links."`
	Number  numberCmd  `cmd:"" help:"Connect the business's WhatsApp numbers."`
	Check   checkCmd   `cmd:"" help:"Ask the gate whether a message may go, without sending it: exit 0 allow, 3 refuse, 4 wait, 1 cannot know."`
	Import  importCmd  `cmd:"" help:"Bring in a list: opt-outs, people who agreed elsewhere, or a suppression list."`
	Export  exportCmd  `cmd:"" help:"Write everything as a table: people, the ledger, or the suppression list."`
	Read    readCmd    `cmd:"" help:"Say what an inbound text asks for: stop, start, help or nothing."`
	Address addressCmd `cmd:"" help:"Read a telephone number as people type it."`
	Lint    lintCmd    `cmd:"" help:"Judge the wording of an opt-in."`
	Backup  backupCmd  `cmd:"" help:"Copy the database while Jawort runs."`
	Restore restoreCmd `cmd:"" help:"Put such a copy back: everything is held until an owner releases it."`
	Bench   benchCmd   `cmd:"" help:"Measure how fast it is, beside a floor in the same run."`
}

// Exit codes; check has its own beside them.
const (
	exitWell   = 0
	exitFailed = 1
	exitUsage  = 2
)

// exit is an error that ends the program with a code; without a cause nothing is printed.
type exit struct {
	code  int
	cause error
}

func (e exit) Error() string {
	if e.cause == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.cause.Error()
}

func (e exit) Unwrap() error { return e.cause }

// wrongUse says that the command was called in a way it does not understand.
func wrongUse(format string, args ...any) error {
	return exit{exitUsage, fmt.Errorf(format, args...)}
}

// terminal is what a command reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
}

// Main runs the command that args name and answers the exit code.
func Main(args []string, in io.Reader, out, errOut io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, args, &terminal{in, out, errOut})
}

// leave is how kong's --help ends the program from within.
type leave struct{ code int }

func run(ctx context.Context, args []string, t *terminal) (code int) {
	defer func() {
		if r := recover(); r != nil {
			l, ok := r.(leave)
			if !ok {
				panic(r)
			}
			code = l.code
		}
	}()
	var all commands
	parser, err := kong.New(&all, options(ctx, t)...)
	if err != nil {
		fmt.Fprintln(t.err, "jawort:", err)
		return exitFailed
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	k, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(t.err, "jawort: %v\nTry: jawort --help\n", err)
		return exitUsage
	}
	return report(t, k.Run())
}

func options(ctx context.Context, t *terminal) []kong.Option {
	list := []kong.Option{
		kong.Name("jawort"),
		kong.Description("Jawort collects and proves WhatsApp opt-ins, obeys opt-outs, and guards every send."),
		kong.Writers(t.out, t.err),
		kong.Exit(func(code int) { panic(leave{code}) }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(t),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	}
	if name := os.Getenv("JAWORT_CONFIG"); name != "" {
		return append(list, kong.Configuration(readConfig), kong.WithBeforeResolve(func(k *kong.Context) error { return addConfig(k, name) }))
	}
	return append(list, kong.Configuration(readConfig))
}

// report prints what went wrong and answers the exit code.
func report(t *terminal, err error) int {
	if err == nil {
		return exitWell
	}
	e, ok := errors.AsType[exit](err)
	if ok && e.cause == nil {
		return e.code
	}
	fmt.Fprintln(t.err, "jawort:", sentence(err))
	if ok {
		return e.code
	}
	return exitFailed
}

// sentence is an error as a person reads it.
func sentence(err error) string {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Key == "" {
		return err.Error()
	}
	text := say.Text("en", e.Key, say.Args(e.Args))
	if e.Field != "" {
		text = e.Field + ": " + text
	}
	return text
}
