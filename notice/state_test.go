package notice

import (
	"testing"

	"jawort/docs"
)

// The drawing of a notice's version has these arrows and no other; that the code keeps them is TestPublishedNeverChanges.
func TestDrawing(t *testing.T) {
	docs.Compare(t, "Notice", []docs.Arrow{{From: "[*]", To: Draft, By: "edit"}, {From: Draft, To: Draft, By: "edit"}, {From: Draft, To: Published, By: "publish"}})
}
