using PyWharf.Application.Ports;

namespace PyWharf.Application.Importing;

/// <summary>Counts the files of an import. The total is known once the files of every project are.</summary>
internal sealed class ImportCount(IReadOnlyList<SourceProject> projects, IProgress<WorkProgress> progress)
{
    private int _unread = projects.Count(project => project.FileCount is null);
    private long _total = projects.Sum(project => (long)(project.FileCount ?? 0));
    private long _done;

    /// <summary>Notes that the files of a project are listed.</summary>
    public void Read(SourceProject project, int files)
    {
        if (project.FileCount is null)
        {
            Interlocked.Add(ref _total, files);
            Interlocked.Decrement(ref _unread);
        }
    }

    /// <summary>Notes that a file is done with.</summary>
    public void Done() =>
        progress.Report(new WorkProgress(Interlocked.Increment(ref _done), Volatile.Read(ref _unread) == 0 ? Interlocked.Read(ref _total) : 0));
}
