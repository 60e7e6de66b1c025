using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using PyWharf.Api.Observability;

namespace PyWharf.Unit.Api.Observability;

public class AccessLogTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 9, 30, 0, 123, TimeSpan.Zero);

    [Fact]
    public void A_line_of_text_has_a_dash_for_what_is_not_known()
    {
        Assert.Equal("2026-11-27T09:30:00.123Z access: - \"-\" \"GET /\" 499 - 1.5ms \"-\" id\n", TextOf(Entry("/", null)));
    }

    [Theory]
    [InlineData("a\"b", "a\\\"b")]
    [InlineData("a\\", "a\\\\")]
    [InlineData("a\nb", "a\\u000ab")]
    [InlineData("a\u001b[2J", "a\\u001b[2J")]
    public void What_a_client_sends_stays_within_its_quotes(string userAgent, string written) =>
        Assert.Contains($" \"{written}\" id\n", TextOf(Entry("/", userAgent)), StringComparison.Ordinal);

    [Fact]
    public void What_a_client_sends_has_a_longest_length()
    {
        var entry = Entry("/" + new string('p', 10_000), new string('u', 10_000));

        Assert.InRange(TextOf(entry).Length, 1, 1500);
        Assert.InRange(JsonOf(entry).Length, 1, 1700);
    }

    [Fact]
    public void An_address_of_a_socket_for_both_protocols_is_that_of_the_client()
    {
        var entry = Entry("/", null);
        entry.Address = IPAddress.Parse("::ffff:192.0.2.1");

        Assert.Contains("access: 192.0.2.1 ", TextOf(entry), StringComparison.Ordinal);
        Assert.Equal("192.0.2.1", JsonDocument.Parse(JsonOf(entry)).RootElement.GetProperty("address").GetString());
    }

    [Theory]
    [InlineData(nameof(LogFormat.Text))]
    [InlineData(nameof(LogFormat.Json))]
    public async Task Lines_that_come_faster_than_they_are_read_are_dropped_and_counted(string name)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var log = new AccessLog(Enum.Parse<LogFormat>(name), new FakeTimeProvider(Now), output);
        for (var number = 0; number < 20_000; number++)
        {
            log.Add(Entry("/", null));
        }

        await log.StopAsync(default);

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(8_192 + 1, lines.Length);
        Assert.Contains("11808 lines were dropped", lines[^1], StringComparison.Ordinal);
    }

    private static AccessLogEntry Entry(string path, string? userAgent) => new()
    {
        Time = Now,
        RequestId = "id",
        Method = "GET",
        Path = path,
        Status = 499,
        Duration = TimeSpan.FromMilliseconds(1.5),
        UserAgent = userAgent,
    };

    private static string TextOf(AccessLogEntry entry)
    {
        var line = new StringBuilder();
        AccessLogFormat.Write(line, entry);

        return line.ToString();
    }

    private static string JsonOf(AccessLogEntry entry)
    {
        using var line = new JsonLines();
        AccessLogFormat.WriteJson(line, entry);

        return line.ToString();
    }
}
