using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Application.Audit;
using PyWharf.Domain;
using PyWharf.Infrastructure.Audit;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Audit;

/// <summary>The chain of the audit log: what is added holds, and what is tampered with shows.</summary>
public sealed class AuditLogTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly AuditFiles _files;

    public AuditLogTests() => _files = new AuditFiles(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Lines_of_several_processes_at_once_are_one_chain()
    {
        using var here = Open();
        using var there = Open();

        var failures = await Task.WhenAll(Enumerable.Range(0, 200).Select(number => Task.Run(() => (number % 2 == 0 ? here : there).AppendAsync(Event(number)))));

        Assert.All(failures, Assert.Null);
        await AssertSoundAsync(200);
        Assert.Equal(
            Enumerable.Range(0, 200).Select(number => $"reason {number}").Order(),
            Lines().Select(line => JsonDocument.Parse(line).RootElement.GetProperty("reason").GetString()).Order());
    }

    [Fact]
    public async Task A_full_file_is_rotated_and_the_chain_goes_on()
    {
        using var log = Open(maxBytes: 1000);
        for (var number = 0; number < 80; number++)
        {
            Assert.Null(await log.AppendAsync(Event(number)));
        }

        Assert.True(File.Exists(_files.Current + ".10"));
        Assert.False(File.Exists(_files.Current + ".11"));
        Assert.All(_files.OldestFirst(), path => Assert.InRange(new FileInfo(path).Length, 1, 1000));
        Assert.Empty((await CheckAsync()).Faults);

        File.Delete(_files.Current + ".4");
        Assert.Equal("audit.jsonl.3:1: the line before it was altered, or lines between them were removed", Assert.Single((await CheckAsync()).Faults));
    }

    [Theory]
    [InlineData("first removed", "audit.jsonl:1: the lines before it were removed")]
    [InlineData("removed", "audit.jsonl:4: the line before it was altered, or lines between them were removed")]
    [InlineData("altered", "audit.jsonl:5: the line before it was altered, or lines between them were removed")]
    [InlineData("swapped", "audit.jsonl:4: the line before it was altered, or lines between them were removed")]
    [InlineData("garbage", "audit.jsonl:4: this line is no event of the log: it was altered")]
    [InlineData("cut", "audit.jsonl:10: this line is cut off")]
    [InlineData("shortened", "audit.jsonl: the newest lines were removed, or the newest of them was altered")]
    [InlineData("last altered", "audit.jsonl: the newest lines were removed, or the newest of them was altered")]
    [InlineData("emptied", "audit.jsonl: the newest lines were removed, or the newest of them was altered")]
    public async Task Tampering_shows(string how, string fault)
    {
        using var log = Open();
        for (var number = 0; number < 10; number++)
        {
            Assert.Null(await log.AppendAsync(Event(number)));
        }

        var lines = Lines().ToList();
        switch (how)
        {
            case "first removed":
                lines.RemoveAt(0);
                break;
            case "removed":
                lines.RemoveAt(3);
                break;
            case "altered":
                lines[3] = lines[3].Replace("reason 3", "reason 4", StringComparison.Ordinal);
                break;
            case "swapped":
                (lines[3], lines[4]) = (lines[4], lines[3]);
                break;
            case "garbage":
                lines[3] = "[]";
                break;
            case "shortened":
                lines.RemoveRange(8, 2);
                break;
            case "last altered":
                lines[9] = lines[9].Replace("reason 9", "reason 8", StringComparison.Ordinal);
                break;
            case "emptied":
                lines.Clear();
                break;
        }

        var text = string.Concat(lines.Select(line => line + "\n"));
        File.WriteAllText(_files.Current, how == "cut" ? text[..^20] : text);

        Assert.Contains(fault, (await CheckAsync()).Faults);
    }

    [Theory]
    [InlineData("shortened")]
    [InlineData("last altered")]
    public async Task What_was_tampered_with_at_the_end_still_shows_after_more_lines(string how)
    {
        using var log = Open();
        for (var number = 0; number < 10; number++)
        {
            Assert.Null(await log.AppendAsync(Event(number)));
        }

        var lines = Lines();
        File.WriteAllLines(_files.Current, how == "shortened" ? lines[..8] : [.. lines[..9], lines[9].Replace("reason 9", "reason 8", StringComparison.Ordinal)]);
        Assert.Null(await log.AppendAsync(Event(10)));
        Assert.Null(await log.AppendAsync(Event(11)));

        Assert.Equal(
            $"audit.jsonl:{(how == "shortened" ? 9 : 11)}: the line before it was altered, or lines between them were removed",
            Assert.Single((await CheckAsync()).Faults));
    }

    [Fact]
    public async Task A_noted_digest_that_is_some_lines_old_is_no_fault()
    {
        using var log = Open(maxBytes: 1000);
        Assert.Null(await log.AppendAsync(Event(0)));
        var head = File.ReadAllText(_folder.At("audit.head"));
        for (var number = 1; number < 5; number++)
        {
            Assert.Null(await log.AppendAsync(Event(number)));
        }

        // As after a crash of the machine.
        File.WriteAllText(_folder.At("audit.head"), head);
        Assert.Empty((await CheckAsync()).Faults);
        Assert.Null(await log.AppendAsync(Event(5)));

        Assert.Empty((await CheckAsync()).Faults);
    }

    [Fact]
    public async Task Lines_at_once_fill_no_file_beyond_its_size()
    {
        using var log = Open(maxBytes: 1000);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => log.AppendAsync(Event(number), Event(number))));

        Assert.All(_files.OldestFirst(), path => Assert.InRange(new FileInfo(path).Length, 1, 1000));
        Assert.Empty((await CheckAsync()).Faults);
        Assert.Equal(40, (await CheckAsync()).Lines);
    }

    [Fact]
    public async Task A_line_that_a_dead_process_did_not_finish_is_cut_off_by_the_next()
    {
        using (var log = Open())
        {
            Assert.Null(await log.AppendAsync(Event(1)));
        }

        File.AppendAllText(_files.Current, "{\"time\":\"2026-");
        using var next = Open();
        Assert.Null(await next.AppendAsync(Event(2)));

        await AssertSoundAsync(2);
    }

    [Fact]
    public async Task Text_of_any_length_and_kind_stays_one_line()
    {
        using var log = Open();
        var reason = "two\nlines \u0000 \ud800 " + new string('x', 100_000);

        Assert.Null(await log.AppendAsync(Event(0) with { Reason = reason }));
        Assert.Null(await log.AppendAsync(Event(1)));

        await AssertSoundAsync(2);
        Assert.InRange(Lines()[0].Length, 1, AuditLine.MaxBytes);
    }

    [Fact]
    public async Task Where_it_can_not_be_written_the_change_is_told_so()
    {
        Directory.CreateDirectory(_files.Current);
        using var log = Open();

        Assert.Equal(FailureKind.Unavailable, (await log.AppendAsync(Event(0)))?.Kind);
    }

    private static AuditEvent Event(int number) => new(AuditEventKind.Publish, AuditOutcome.Ok)
    {
        Actor = new AuditActor("token", "ci"),
        Reason = $"reason {number}",
    };

    private AuditLog Open(long maxBytes = 100_000_000) => new(_files, maxBytes, TimeProvider.System, NullLogger<AuditLog>.Instance);

    private string[] Lines() => File.ReadAllText(_files.Current).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task AssertSoundAsync(int lines)
    {
        var check = await CheckAsync();
        Assert.Empty(check.Faults);
        Assert.Equal(lines, check.Lines);
    }

    private async Task<(long Lines, IReadOnlyList<string> Faults)> CheckAsync()
    {
        using var snapshot = await AuditSnapshot.TakeAsync(_files, TimeProvider.System, CancellationToken.None);

        return AuditCheck.Run(snapshot, CancellationToken.None);
    }
}
