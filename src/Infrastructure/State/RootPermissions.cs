using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.State;

/// <summary>
/// Restricts the modes of a root folder to its owner, also of an existing one: a user who can read lock files can lock them. Only packages may be
/// readable for a group, such as that of a web server which sends files itself.
/// </summary>
internal static class RootPermissions
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode Group = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.SetGroup;

    private static readonly string[] OurOwn = ["index", "lock", "log", "job"];

    /// <summary>Restricts the modes of a root's parts. Returns a message, with what to do, for each one where that fails.</summary>
    /// <param name="root">The root folder with its parts.</param>
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
