using System.Collections.Immutable;
using System.Net.Http.Json;
using System.Text.Json;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Crash;

/// <summary>
/// A project that one client changes, one change after the other. What was acknowledged must be there; a change whose answer did not come, as a whole
/// or not at all.
/// </summary>
/// <param name="name">Its name, normalised.</param>
/// <param name="random">Chooses the changes.</param>
internal sealed class ChangedProject(string name, Random random)
{
    private State _acknowledged = new("active", ImmutableSortedDictionary<string, File>.Empty);
    private State? _inDoubt;
    private string? _deleting;
    private int _number;

    public string Name => name;

    /// <summary>The names of its files, as far as they are known.</summary>
    public IEnumerable<string> Files => _acknowledged.Files.Keys;

    /// <summary>How many changes were acknowledged, of each kind.</summary>
    public Dictionary<Change, int> Acknowledged { get; } = Enum.GetValues<Change>().ToDictionary(change => change, _ => 0);

    /// <summary>Makes a change, most of the time an upload; gives back the status of the answer.</summary>
    /// <exception cref="HttpRequestException">No answer came.</exception>
    public Task<int> ChangeAsync(HttpClient client) => ChangeAsync(client, random.Next(10) is var choice and < 5 ? (Change)choice : Change.Upload);

    /// <summary>Makes such a change; where there is nothing to change, an upload.</summary>
    /// <exception cref="HttpRequestException">No answer came.</exception>
    public async Task<int> ChangeAsync(HttpClient client, Change change)
    {
        var before = _acknowledged;
        var file = before.Files.Where(file => file.Value.IsYanked == (change == Change.Unyank)).Select(file => file.Key).OrderBy(_ => random.Next()).FirstOrDefault();
        if (before.Files.Count < 2 || (file is null && change != Change.Status))
        {
            change = Change.Upload;
        }

        var path = $"/api/projects/{name}/files/{file}";
        Func<Task<Answer>> ask;
        switch (change)
        {
            case Change.Yank:
                _inDoubt = before with { Files = before.Files.SetItem(file!, before.Files[file!] with { IsYanked = true }) };
                ask = () => SendAsync(client, HttpMethod.Put, path + "/yank", new { reason = "broken" });
                break;
            case Change.Unyank:
                _inDoubt = before with { Files = before.Files.SetItem(file!, before.Files[file!] with { IsYanked = false }) };
                ask = () => SendAsync(client, HttpMethod.Delete, path + "/yank");
                break;
            case Change.Delete:
                _inDoubt = before with { Files = before.Files.Remove(file!) };
                ask = () => SendAsync(client, HttpMethod.Delete, path);
                break;
            case Change.Status:
                _inDoubt = before with { Status = before.Status == "active" ? "deprecated" : "active" };
                ask = () => SendAsync(client, HttpMethod.Put, $"/api/projects/{name}/status", new { status = _inDoubt.Status });
                break;
            default:
                var wheel = Wheels.Build(name, $"1.{++_number}", payload: random.Next(60_000), random: true);
                _inDoubt = before with { Files = before.Files.Add(wheel.Filename, new File(wheel.Sha256, false)) };
                ask = () => client.UploadAsync(wheel);
                break;
        }

        _deleting = change == Change.Delete ? path : null;
        var answer = await ask();
        if (answer.Status == 200)
        {
            _acknowledged = _inDoubt;
            Acknowledged[change]++;
        }

        (_inDoubt, _deleting) = (null, null);

        return answer.Status;
    }

    /// <summary>Fails the test where its page shows other than what was acknowledged, with or without the change whose answer did not come.</summary>
    public async Task AssertShownAsync(HttpClient client)
    {
        var shown = State.Of(await client.AskAsync($"/simple/{name}/", ("Accept", Requests.Json)), _acknowledged.Status);
        if (shown.ToString() == _inDoubt?.ToString())
        {
            _acknowledged = _inDoubt;
        }

        _inDoubt = null;
        Assert.Equal(_acknowledged.ToString(), shown.ToString());

        // An interrupted deletion may have hidden the file only: whoever had no answer asks again.
        if (_deleting is { } path)
        {
            Assert.Equal(200, (await SendAsync(client, HttpMethod.Delete, path)).Status);
            _acknowledged = _acknowledged with { Files = _acknowledged.Files.Remove(path.Split('/')[^1]) };
            _deleting = null;
        }
    }

    /// <summary>Fails the test where a download of a file is not what was uploaded.</summary>
    public async Task AssertDownloadsAsync(HttpClient client)
    {
        foreach (var (filename, file) in _acknowledged.Files)
        {
            Assert.Equal(file.Sha256, await client.DownloadDigestAsync(new ListedFile(name, filename, file.Sha256)));
        }
    }

    private static async Task<Answer> SendAsync(HttpClient client, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };

        return await Answer.ReadAsync(await client.SendAsync(request));
    }

    private sealed record File(string Sha256, bool IsYanked);

    private sealed record State(string Status, ImmutableSortedDictionary<string, File> Files)
    {
        /// <summary>The state that a page shows. A project without files has none, and its status shows nowhere.</summary>
        public static State Of(Answer page, string status) => page.Status == 404
            ? new State(status, ImmutableSortedDictionary<string, File>.Empty)
            : new State(
                page.With(200).Json.TryGetProperty("project-status", out var shown) ? shown.GetProperty("status").GetString() ?? "" : "active",
                page.Json.GetProperty("files").EnumerateArray().ToImmutableSortedDictionary(
                    file => file.GetProperty("filename").GetString() ?? "",
                    file => new File(file.GetProperty("hashes").GetProperty("sha256").GetString() ?? "", IsYankedOf(file))));

        public override string ToString() => $"{Status}\n{string.Join('\n', Files)}";

        private static bool IsYankedOf(JsonElement file) => file.TryGetProperty("yanked", out var yanked) && yanked.ValueKind != JsonValueKind.False;
    }
}
