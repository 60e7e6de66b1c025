using System.Text.Json;
using PyWharf.Application.Rendering;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.GitHub.Commands;

/// <summary>
/// The files of a static index, written to a staging folder and then moved into place: nothing in the target folder changes before <see cref="Publish"/>,
/// and readers never see half a file. Other files in the folder stay.
/// </summary>
internal sealed class StaticFolder : IDisposable
{
    private const string Html = "index.html";
    private const string Json = "index.json";

    private readonly string _folder;
    private readonly string _staging;
    private readonly List<string> _paths = [];
    private IReadOnlyCollection<string> _stale;

    /// <param name="folder">The target folder; created where it is missing.</param>
    public StaticFolder(string folder)
    {
        _folder = folder;
        _stale = ProjectsOf(Path.Combine(folder, Json));
        _staging = Path.Combine(folder, $".pywharf-{Guid.NewGuid():N}");
        Directory.CreateDirectory(_staging);
    }

    /// <summary>Adds a file.</summary>
    /// <param name="path">Relative to the folder, with slashes.</param>
    /// <param name="content">Its bytes.</param>
    public void Add(string path, ReadOnlySpan<byte> content)
    {
        var staged = Path.Combine(_staging, path);
        Directory.CreateDirectory(Path.GetDirectoryName(staged) ?? _staging);
        File.WriteAllBytes(staged, content);
        _paths.Add(path);
    }

    /// <summary>Adds the page of a project, as HTML and as JSON (PEP 691).</summary>
    public void AddPage(string project, RenderedPage page) => AddBoth($"{project}/", page);

    /// <summary>Adds the list of projects, and the other files at the root.</summary>
    public void AddProjectList(IReadOnlyCollection<string> projects)
    {
        AddBoth("", SimplePage.RenderProjectList(projects));
        _stale = [.. _stale.Except(projects)];

        // Switches off Jekyll, which GitHub Pages runs by default.
        Add(".nojekyll", []);
    }

    /// <summary>Moves all files into place, and deletes the pages of projects that are gone.</summary>
    public void Publish()
    {
        foreach (var path in _paths)
        {
            var target = Path.Combine(_folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target) ?? _folder);
            DurableFile.Replace(Path.Combine(_staging, path), target);
        }

        foreach (var folder in _stale.Where(project => !_paths.Contains($"{project}/{Html}")).Select(project => Path.Combine(_folder, project)))
        {
            File.Delete(Path.Combine(folder, Html));
            File.Delete(Path.Combine(folder, Json));
            if (!Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }
    }

    /// <summary>Deletes the staging folder.</summary>
    public void Dispose() => Directory.Delete(_staging, recursive: true);

    private void AddBoth(string folder, RenderedPage page)
    {
        Add(folder + Html, page.TextHtml.Identity.Bytes.Span);
        Add(folder + Json, page.Json.Identity.Bytes.Span);
    }

    /// <summary>The projects of the index that is there, as far as they have a folder; none where it can't be read.</summary>
    private static string[] ProjectsOf(string path)
    {
        try
        {
            using var list = JsonDocument.Parse(File.ReadAllBytes(path));

            return
            [
                .. from project in list.RootElement.GetProperty("projects").EnumerateArray()
                   let name = project.GetProperty("name").GetString()
                   where ProjectName.TryParse(name, out var parsed) && parsed.IsNormalized
                       && Directory.Exists(Path.Combine(Path.GetDirectoryName(path) ?? "", name))
                   select name,
            ];
        }
        catch (Exception exception) when (exception is IOException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return [];
        }
    }
}
