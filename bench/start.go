package bench

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// start runs demo until it prints its line.
func start(ctx context.Context, r *run) error {
	took, err := r.median(func(int) (float64, error) { return r.demo(ctx) })
	if err != nil {
		return err
	}
	r.add(Row{What: "demo --json until its line, seeded", Value: took, Unit: "s", Target: 3, Stretch: 1, Less: true})
	return nil
}

func (r *run) demo(ctx context.Context) (float64, error) {
	cmd := exec.CommandContext(ctx, r.Program, "demo", "--json", "--listen", "127.0.0.1:0", "--emulator-listen", "127.0.0.1:0")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("start demo: %w", err)
	}
	_, err = bufio.NewReaderSize(out, 64<<10).ReadString('\n')
	took := time.Since(begun).Seconds()
	_ = cmd.Process.Signal(os.Interrupt)
	_ = cmd.Wait()
	if err != nil {
		return 0, fmt.Errorf("demo was not ready: %w", err)
	}
	return took, nil
}
