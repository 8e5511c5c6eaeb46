"""The stubs say what is there, and all that is there."""

import ast
import inspect
from pathlib import Path

import kosar
from kosar import _native

STUB = ast.parse((Path(kosar.__file__).parent / "_native.pyi").read_text())


def public(names):
    kept = {"__len__", "__iter__", "__arrow_c_stream__", "__match_args__", "_restore"}
    return {name for name in names if not name.startswith("_") or name in kept}


def parameters(node):
    return [argument.arg for argument in node.args.args if argument.arg != "self"]


def test_stubs_match_the_module():
    classes = {node.name: node for node in STUB.body if isinstance(node, ast.ClassDef)}
    functions = {node.name: node for node in STUB.body if isinstance(node, ast.FunctionDef)}
    assert {*classes, *functions} == public(vars(_native))
    for name, node in functions.items():
        assert parameters(node) == list(inspect.signature(getattr(_native, name)).parameters), name
    for name, node in classes.items():
        members = {
            m.name if isinstance(m, ast.FunctionDef) else m.target.id: m
            for m in node.body
            if isinstance(m, ast.FunctionDef | ast.AnnAssign) and getattr(m, "name", "") != "__getattr__"
        }
        runtime = getattr(_native, name)
        assert set(members) == public(vars(runtime)), name
        for member, declared in members.items():
            found = getattr(runtime, member)
            is_property = isinstance(declared, ast.FunctionDef) and any(
                isinstance(d, ast.Name) and d.id == "property" for d in declared.decorator_list
            )
            assert inspect.isgetsetdescriptor(found) == is_property, (name, member)
            if isinstance(declared, ast.FunctionDef) and not is_property and not member.startswith("__"):
                names = [p for p in inspect.signature(found).parameters if p != "self"]
                assert parameters(declared) == names, (name, member)


def test_everything_public_is_documented():
    for name in kosar.__all__:
        thing = getattr(kosar, name)
        assert inspect.getdoc(thing), name
        if inspect.isclass(thing) and thing.__module__.startswith("kosar"):
            for member, value in vars(thing).items():
                if not member.startswith("_") and (callable(value) or isinstance(value, property)):
                    assert inspect.getdoc(value), f"{name}.{member}"
