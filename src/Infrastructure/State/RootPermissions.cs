using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.State;

/// <summary>
/// Keeps other users of the machine out of a root folder, also out of one that was made with wider modes: who reads lock files can lock them, and who
/// reads packages has them. Only packages may be meant for a group, such as that of a web server which sends files itself.
/// </summary>
internal static class RootPermissions
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode Group = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.SetGroup;

    private static readonly string[] OurOwn = ["index", "lock", "log", "job"];

    /// <summary>Narrows the modes of a root's parts. What can't be narrowed is told, as sentences that say what to do.</summary>
    /// <param name="root">The root folder, whose parts are there.</param>
    public static IReadOnlyList<string> Narrow(string root)
    {
        var open = new List<string>();
        foreach (var part in OurOwn)
        {
            if (!FileModes.TryNarrow(Path.Combine(root, part), Owner))
            {
                open.Add($"{Path.Combine(root, part)} can be read by other users than the server's, who could stop it by its locks: chmod 700 it, as its owner.");
            }
        }

        if (!FileModes.TryNarrow(Path.Combine(root, "cache"), Owner | Group))
        {
            open.Add($"{Path.Combine(root, "cache")} can be read by every user of this machine: chmod o-rwx it, as its owner.");
        }

        return open;
    }
}
