using System.Collections.Immutable;

namespace PyWharf.Integration.Support.GitHub;

/// <summary>The git side of a repository. Whoever calls holds the state's lock.</summary>
internal sealed class FakeGit
{
    private readonly Dictionary<string, (string Sha, int Reads)> _lagging = [];

    public Dictionary<string, byte[]> Blobs { get; } = [];

    public Dictionary<string, IReadOnlyList<TreeEntry>> Trees { get; } = [];

    public Dictionary<string, Commit> Commits { get; } = [];

    /// <summary>Commits by full name, such as <c>refs/heads/main</c>.</summary>
    public ImmutableDictionary<string, string> Refs { get; set; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>How many reads of a branch still see the commit before, after each commit.</summary>
    public int ReadLag { get; set; }

    public bool IsEmpty => Refs.IsEmpty;

    public Commit? Branch(string name) => Refs.TryGetValue($"refs/heads/{name}", out var sha) ? Commits[sha] : null;

    public Commit? Tag(string name) => Refs.TryGetValue($"refs/tags/{name}", out var sha) ? Commits[sha] : null;

    /// <summary>The commits of a branch, the newest first.</summary>
    public IEnumerable<Commit> History(string branch)
    {
        for (var commit = Branch(branch); commit is not null; commit = commit.Parent is { } parent ? Commits[parent] : null)
        {
            yield return commit;
        }
    }

    /// <summary>What a read of a branch, tag or commit sees; possibly the commit before.</summary>
    public Commit? Read(string name)
    {
        if (!_lagging.TryGetValue(name, out var lagging))
        {
            return Branch(name) ?? Tag(name) ?? Commits.GetValueOrDefault(name);
        }

        if (lagging.Reads <= 1)
        {
            _lagging.Remove(name);
        }
        else
        {
            _lagging[name] = lagging with { Reads = lagging.Reads - 1 };
        }

        return Commits[lagging.Sha];
    }

    /// <summary>A commit on a branch, which may be new, with these files changed; null takes a file away.</summary>
    public Commit Change(string branch, string message, DateTimeOffset date, params IEnumerable<(string Path, byte[]? Content)> changes)
    {
        var before = Branch(branch);
        var files = before?.Files ?? ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
        foreach (var (path, content) in changes)
        {
            files = content is null ? files.Remove(path) : files.SetItem(path, Store(content));
        }

        var tree = TreeOf([.. files.Select(file => (file.Key, file.Value))]);
        var sha = GitObjects.CommitSha(tree, before?.Sha, date, message);
        var commit = new Commit(sha, tree, before?.Sha, date, message, files);
        Commits[sha] = commit;
        Refs = Refs.SetItem($"refs/heads/{branch}", sha);
        if (ReadLag > 0 && before is not null)
        {
            _lagging[branch] = (before.Sha, ReadLag);
        }

        return commit;
    }

    /// <summary>The file or folder of a commit; null when there is none.</summary>
    public TreeEntry? Find(Commit commit, string path)
    {
        var (tree, found) = (commit.Tree, default(TreeEntry));
        foreach (var part in path.Split('/'))
        {
            found = Trees.GetValueOrDefault(tree)?.FirstOrDefault(entry => entry.Path == part);
            if (found is null)
            {
                return null;
            }

            tree = found.Sha;
        }

        return found;
    }

    /// <summary>The entries of a tree and of all trees below it.</summary>
    public IEnumerable<TreeEntry> Recursive(string tree, string below = "") => Trees[tree].SelectMany(entry =>
        entry.Type == "tree"
            ? Recursive(entry.Sha, $"{below}{entry.Path}/").Prepend(entry with { Path = below + entry.Path })
            : [entry with { Path = below + entry.Path }]);

    private string Store(byte[] content)
    {
        var sha = GitObjects.BlobSha(content);
        Blobs[sha] = content;

        return sha;
    }

    private string TreeOf(IReadOnlyList<(string Path, string Sha)> files)
    {
        var blobs = files.Where(file => !file.Path.Contains('/'))
            .Select(file => new TreeEntry(file.Path, "100644", "blob", file.Sha, Blobs[file.Sha].Length));
        var trees = files.Where(file => file.Path.Contains('/'))
            .GroupBy(file => file.Path[..file.Path.IndexOf('/')], file => (file.Path[(file.Path.IndexOf('/') + 1)..], file.Sha))
            .Select(folder => new TreeEntry(folder.Key, "040000", "tree", TreeOf([.. folder]), null));

        // Git sorts a folder as if its name ended in a slash.
        var entries = blobs.Concat(trees).OrderBy(entry => entry.Type == "tree" ? entry.Path + "/" : entry.Path, StringComparer.Ordinal).ToList();
        var sha = GitObjects.TreeSha(entries);
        Trees[sha] = entries;

        return sha;
    }
}
