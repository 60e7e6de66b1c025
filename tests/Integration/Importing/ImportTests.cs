using System.Text.Json;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Importing;

/// <summary>Base of tests that import into the repository <c>local</c> of a root folder of their own.</summary>
public abstract class ImportTests : IDisposable
{
    private readonly TempFolder _root = new();
    private readonly TempFolder _source = new();

    protected ImportTests() => File.WriteAllText(Path.Combine(_root.Path, "config.toml"), ServerFixture.Config);

    /// <summary>The server's folder.</summary>
    protected string Root => _root.Path;

    /// <summary>A folder for what is imported.</summary>
    protected string Source => _source.Path;

    /// <summary>The stored packages.</summary>
    protected string Storage => Path.Combine(_root.Path, "cache", ServerFixture.Repository, "storage");

    public virtual void Dispose()
    {
        _root.Dispose();
        _source.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs the command.</summary>
    private protected Task<ProcessResult> ImportAsync(string source, params string[] flags) => ImportAsync(source, [], flags);

    /// <summary>Runs the command with environment variables.</summary>
    private protected Task<ProcessResult> ImportAsync(string source, (string Name, string Value)[] environment, params string[] flags) =>
        PyWharfProcess.RunAsync(["import", ServerFixture.Repository, source, $"--root={Root}", .. flags], environment);

    /// <summary>Runs the command, and reads what it prints with <c>--json</c>.</summary>
    private protected async Task<JsonElement> ImportJsonAsync(string source, params string[] flags)
    {
        var ended = await ImportAsync(source, ["--json", .. flags]);
        Assert.True(ended.Stdout.StartsWith('{'), ended.Stderr);

        return JsonDocument.Parse(ended.Stdout).RootElement;
    }

    private protected Task<PyWharfProcess> ServeAsync() => PyWharfProcess.StartAsync(Root, ServerFixture.Config);

    private protected static JsonElement FileOf(JsonElement page, string filename) =>
        page.GetProperty("files").EnumerateArray().Single(file => file.GetProperty("filename").GetString() == filename);

    /// <summary>The numbers of imported files, of files that were there, and of refused ones.</summary>
    private protected static (int Imported, int AlreadyThere, int Refused) Numbers(JsonElement report) =>
        (report.GetProperty("imported").GetInt32(), report.GetProperty("already_there").GetInt32(), report.GetProperty("refused").GetArrayLength());
}
