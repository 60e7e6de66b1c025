using PyWharf.Api.Commands;
using PyWharf.Application.Ports;

namespace PyWharf.Unit.Api.Commands;

public class ProgressDisplayTests
{
    [Fact]
    public void Without_a_terminal_each_tenth_is_a_line() =>
        Assert.Equal(
            [.. Enumerable.Range(1, 10).Select(tenth => $"{tenth * 20} of 200 files")],
            Lines(Enumerable.Range(1, 200).Select(done => new WorkProgress(done, 200))));

    [Fact]
    public void Work_without_a_known_end_is_a_line_for_every_thousand() =>
        Assert.Equal(["1000 files", "2000 files"], Lines(Enumerable.Range(1, 2500).Select(done => new WorkProgress(done, 0))));

    [Fact]
    public void Small_work_is_done_before_anybody_reads_of_it() =>
        Assert.Empty(Lines(Enumerable.Range(1, 99).Select(done => new WorkProgress(done, 99))));

    private static string[] Lines(IEnumerable<WorkProgress> reports)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var lines = new ProgressDisplay.ProgressLines(output, "files");
        foreach (var report in reports)
        {
            lines.Report(report);
        }

        return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
